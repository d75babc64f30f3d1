package dev.prefstream.intake;

import dev.prefstream.schemas.avro.TextStyle;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Style as one pattern for each thing looked for says it: slow, and what the meter must agree with.
 */
final class StyleByPatterns {

  private static final int READ_FOR_WORDS = 16_384;

  private static final Pattern CODE_FENCE = Pattern.compile("(?m)^ {0,3}(?:```|~~~)");

  private static final Pattern MARKDOWN =
      Pattern.compile(
          "(?m)^ {0,3}#{1,6} \\S"
              + "|^ {0,3}(?:[-*+]|\\d{1,9}[.)]) \\S.*\\R+ {0,3}(?:[-*+]|\\d{1,9}[.)]) \\S"
              + "|^ {0,3}\\|?(?: *:?-{3,}:? *\\|)+"
              + "|\\[[^\\]\\n]{1,200}\\]\\([^)\\s]{1,500}\\)"
              + "|\\*\\*\\S(?:[^*\\n]{0,200}\\S)?\\*\\*"
              + "|(?<!`)`[^`\\n]{1,200}`(?!`)");

  private static final Pattern WORD = Pattern.compile("[\\p{L}][\\p{L}'’]*");

  private StyleByPatterns() {}

  /**
   * The style of a text that has, of the words listed in the meter, only these: dear (formal), hey
   * (informal), must (direct), maybe (hedging), would (formal and hedging).
   */
  static TextStyle measure(String text) {
    int formal = 0;
    int informal = 0;
    int direct = 0;
    int hedging = 0;
    Matcher words = WORD.matcher(text).region(0, Math.min(text.length(), READ_FOR_WORDS));
    while (words.find()) {
      String word = words.group().toLowerCase(Locale.ROOT);
      formal += Set.of("dear", "would").contains(word) ? 1 : 0;
      informal += word.equals("hey") || word.contains("n't") || word.contains("n’t") ? 1 : 0;
      direct += word.equals("must") ? 1 : 0;
      hedging += Set.of("maybe", "would").contains(word) ? 1 : 0;
    }
    return new TextStyle(
        text.codePointCount(0, text.length()),
        CODE_FENCE.matcher(text).find(),
        (formal + 1.0) / (formal + informal + 2.0),
        (direct + 1.0) / (direct + hedging + 2.0),
        MARKDOWN.matcher(text).region(0, Math.min(text.length(), READ_FOR_WORDS)).find());
  }
}
