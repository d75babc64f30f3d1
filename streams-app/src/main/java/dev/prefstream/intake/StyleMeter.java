package dev.prefstream.intake;

import dev.prefstream.schemas.avro.TextStyle;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

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

  private static final List<String> FORMAL =
      words(
          """
          dear sincerely regards kindly please would could may shall furthermore however
          therefore regarding concerning assistance appreciate apologise apologize sehr
          geehrte geehrter bitte freundlichen cordialement veuillez madame monsieur
          estimado estimada atentamente cordialmente
          """);

  private static final List<String> INFORMAL =
      words(
          """
          hey hi yo yeah yep nope ok okay lol omg wtf btw thx pls plz u ur gonna wanna
          gotta kinda stuff guys dude cheers asap svp hola salut moin
          """);

  private static final List<String> DIRECT =
      words(
          """
          must need needs now immediately stop fix do open click run set use check restart
          install send is will never always
          """);

  private static final List<String> HEDGING =
      words(
          """
          maybe perhaps possibly probably might may could would seems seem appears
          apparently somewhat guess wonder wondering suppose sometimes usually
          unfortunately
          """);

  /** What each listed word speaks for. */
  private static final Map<String, Set<Tone>> TONES = tones();

  private static final int LONGEST =
      TONES.keySet().stream().mapToInt(String::length).max().orElse(0);

  private enum Tone {
    FORMAL,
    INFORMAL,
    DIRECT,
    HEDGING
  }

  private final int[] evidence = new int[Tone.values().length];

  private StyleMeter() {}

  /** The style of a text. */
  static TextStyle measure(String text) {
    StyleMeter meter = new StyleMeter();
    meter.read(text, Math.min(text.length(), READ_FOR_WORDS));
    return new TextStyle(
        text.codePointCount(0, text.length()),
        Markdown.hasCodeFence(text),
        meter.share(Tone.FORMAL, Tone.INFORMAL),
        meter.share(Tone.DIRECT, Tone.HEDGING),
        Markdown.isIn(text, READ_FOR_WORDS));
  }

  private void read(String text, int end) {
    int at = 0;
    while (at < end) {
      int letter = letterAt(text, at, end);
      if (letter == 0) {
        at++;
        continue;
      }
      int start = at;
      while (letter > 0) {
        at += letter;
        letter = letterAt(text, at, end);
        if (letter == 0 && at < end && isApostrophe(text.charAt(at))) {
          letter = 1;
        }
      }
      word(text, start, at);
    }
  }

  private void word(String text, int start, int end) {
    boolean negated = false;
    for (int i = start + 1; i < end - 1; i++) {
      negated |=
          isApostrophe(text.charAt(i))
              && (text.charAt(i - 1) | ' ') == 'n'
              && (text.charAt(i + 1) | ' ') == 't';
    }
    Set<Tone> tones =
        end - start > LONGEST
            ? Set.of()
            : TONES.getOrDefault(text.substring(start, end).toLowerCase(Locale.ROOT), Set.of());
    for (Tone tone : tones) {
      evidence[tone.ordinal()]++;
    }
    if (negated && !tones.contains(Tone.INFORMAL)) {
      evidence[Tone.INFORMAL.ordinal()]++;
    }
  }

  /** Characters of the letter that begins there; 0 where none does. */
  private static int letterAt(String text, int at, int end) {
    if (at >= end) {
      return 0;
    }
    char first = text.charAt(at);
    if (first < 0x80) {
      return (first | ' ') >= 'a' && (first | ' ') <= 'z' ? 1 : 0;
    }
    int codePoint = text.codePointAt(at);
    int characters = Character.charCount(codePoint);
    return at + characters <= end && Character.isLetter(codePoint) ? characters : 0;
  }

  private static boolean isApostrophe(char character) {
    return character == '\'' || character == '\u2019';
  }

  private double share(Tone side, Tone other) {
    int forIt = evidence[side.ordinal()];
    return (forIt + 1.0) / (forIt + evidence[other.ordinal()] + 2.0);
  }

  private static List<String> words(String text) {
    return List.of(text.strip().split("\\s+"));
  }

  private static Map<String, Set<Tone>> tones() {
    Map<String, Set<Tone>> tones = new HashMap<>();
    Map.of(Tone.FORMAL, FORMAL, Tone.INFORMAL, INFORMAL, Tone.DIRECT, DIRECT, Tone.HEDGING, HEDGING)
        .forEach(
            (tone, words) ->
                words.forEach(
                    word ->
                        tones.computeIfAbsent(word, key -> EnumSet.noneOf(Tone.class)).add(tone)));
    return tones;
  }
}
