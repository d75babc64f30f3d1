package dev.prefstream.intake;

import dev.prefstream.schemas.avro.TextStyle;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures the style of a text without a model.
 *
 * <p>Formality and directness are shares of evidence: words that speak for it over words that speak
 * for either side, with one imagined word on each side, {@code (for + 1) / (for + against + 2)}. So
 * a text without evidence, or in a language whose words are not listed here (English, with a few of
 * German, French and Spanish), has 0.5. Only the first 16,384 characters are read for words and
 * Markdown; length and code fences are of the whole text.
 */
final class StyleMeter {

  private static final int READ_FOR_WORDS = 16_384;

  /** A fence by CommonMark: three or more backticks or tildes, indented by three spaces at most. */
  private static final Pattern CODE_FENCE = Pattern.compile("(?m)^ {0,3}(?:```|~~~)");

  /** By CommonMark and GitHub's tables; a list needs two entries, since prose has dashes too. */
  private static final Pattern MARKDOWN =
      Pattern.compile(
          "(?m)^ {0,3}#{1,6} \\S"
              + "|^ {0,3}(?:[-*+]|\\d{1,9}[.)]) \\S.*\\R+ {0,3}(?:[-*+]|\\d{1,9}[.)]) \\S"
              + "|^ {0,3}\\|?(?: *:?-{3,}:? *\\|)+"
              + "|\\[[^\\]\\n]{1,200}\\]\\([^)\\s]{1,500}\\)"
              + "|\\*\\*\\S(?:[^*\\n]{0,200}\\S)?\\*\\*"
              + "|(?<!`)`[^`\\n]{1,200}`(?!`)");

  private static final Pattern WORD = Pattern.compile("[\\p{L}][\\p{L}'’]*");

  private static final Set<String> FORMAL =
      words(
          """
          dear sincerely regards kindly please would could may shall furthermore however
          therefore regarding concerning assistance appreciate apologise apologize sehr
          geehrte geehrter bitte freundlichen cordialement veuillez madame monsieur
          estimado estimada atentamente cordialmente
          """);

  private static final Set<String> INFORMAL =
      words(
          """
          hey hi yo yeah yep nope ok okay lol omg wtf btw thx pls plz u ur gonna wanna
          gotta kinda stuff guys dude cheers asap svp hola salut moin
          """);

  private static final Set<String> DIRECT =
      words(
          """
          must need needs now immediately stop fix do open click run set use check restart
          install send is will never always
          """);

  private static final Set<String> HEDGING =
      words(
          """
          maybe perhaps possibly probably might may could would seems seem appears
          apparently somewhat guess wonder wondering suppose sometimes usually
          unfortunately
          """);

  private StyleMeter() {}

  /** The style of a text. */
  static TextStyle measure(String text) {
    int formal = 0;
    int informal = 0;
    int direct = 0;
    int hedging = 0;
    Matcher words = WORD.matcher(text).region(0, Math.min(text.length(), READ_FOR_WORDS));
    while (words.find()) {
      String word = words.group().toLowerCase(Locale.ROOT);
      formal += FORMAL.contains(word) ? 1 : 0;
      informal += INFORMAL.contains(word) || word.contains("n't") || word.contains("n’t") ? 1 : 0;
      direct += DIRECT.contains(word) ? 1 : 0;
      hedging += HEDGING.contains(word) ? 1 : 0;
    }
    return new TextStyle(
        text.codePointCount(0, text.length()),
        CODE_FENCE.matcher(text).find(),
        share(formal, informal),
        share(direct, hedging),
        MARKDOWN.matcher(text).region(0, Math.min(text.length(), READ_FOR_WORDS)).find());
  }

  private static Set<String> words(String text) {
    return Set.of(text.strip().split("\\s+"));
  }

  private static double share(int evidence, int counterEvidence) {
    return (evidence + 1.0) / (evidence + counterEvidence + 2.0);
  }
}
