package dev.prefstream.intake.fabrication;

import dev.prefstream.intake.fabrication.Specific.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds specifics in a text, the kinds in the order they are declared: a link is not read as a path
 * again, a version not as a number. Numbers of one digit and the numbering of lists are none.
 */
final class Specifics {

  private static final String HOST = "(?:[a-z0-9](?:[a-z0-9-]{0,62}+)\\.){1,6}";

  private static final Pattern SPECIFIC =
      Pattern.compile(
          "(?<MASKED>\\[(?:EMAIL|PHONE|CARD|IBAN)\\])"
              + "|(?<LINK>(?i:https?|ftp|s3|mailto)://[^\\s<>\"'`)\\]]{2,512}+"
              + "|(?i:www\\.[^\\s<>\"'`)\\]]{3,512}+)"
              + "|[\\p{L}\\p{N}._%+-]{1,64}+@(?i:"
              + HOST
              + "[a-z]{2,12}+)"
              + "|(?<![\\p{L}\\p{N}.])(?i:"
              + HOST
              + "(?:com|org|net|io|dev|gov|edu|info|co|uk|de|example)\\b)(?:/[^\\s<>\"'`)\\]]{0,512}+)?)"
              + "|(?<PATH>(?<![\\p{L}\\p{N}])[A-Za-z]:\\\\[^\\s<>\"'`|?*]{1,256}+"
              + "|(?<![\\p{L}\\p{N}.:/\\\\])(?:~|\\.{1,2})?/[\\p{L}\\p{N}_.-]{1,64}+(?:/[\\p{L}\\p{N}_.*-]{1,64}+){0,32}+/?"
              + "|(?<![\\p{L}\\p{N}./])[A-Za-z][\\w-]{0,63}+\\.(?:conf|cfg|ini|ya?ml|json|xml|properties|log|txt|sh|bat|ps1|exe|dll|jar|py|js|java|sql|csv|md|env|toml|service)\\b)"
              + "|(?<CODE>(?<![\\p{L}\\p{N}_-])(?:[A-Z][A-Z0-9]{1,9}-\\d{2,8}|0[xX][0-9a-fA-F]{4,16}|[A-Z]{1,5}\\d{3,6}|[A-Z]{2,8}_[A-Z0-9_]{2,40}+)(?![\\p{L}\\p{N}_]))"
              + "|(?<VERSION>(?<![\\p{L}\\p{N}._-])[vV]?\\d{1,5}(?:\\.\\d{1,6}){2,5}(?:[-+.]?(?:rc|alpha|beta|[A-Za-z]{1,3})\\d{0,4})?(?![\\p{L}\\p{N}])"
              + "|(?i:(?<![\\p{L}\\p{N}])(?:versions?|release|v)\\s{0,2}+\\d{1,5}(?:\\.\\d{1,6}){0,5})(?![\\p{L}\\p{N}]))"
              + "|(?<FUNCTION>(?<![\\p{L}\\p{N}_])[A-Za-z_][\\w]{0,63}+(?:(?:\\.|::|->)[A-Za-z_][\\w]{0,63}+){0,8}+\\((?:[^()\\n]{0,80}+)\\)"
              + "|(?<![\\p{L}\\p{N}_])(?:[a-z]{2,32}[A-Z][A-Za-z0-9]{1,40}+|[A-Za-z0-9]{1,32}_[A-Za-z0-9_]{1,40}+)(?![\\p{L}\\p{N}])"
              + "|(?<![\\p{L}\\p{N}_.])[a-z_][\\w]{1,32}+(?:\\.[a-z_][\\w-]{1,40}+){2,8}(?![\\p{L}\\p{N}])"
              + "|(?<![\\p{L}\\p{N}-])--[a-z][a-z0-9-]{1,40}+)"
              + "|(?<PHONE>(?<![\\p{L}\\p{N}_.+-])(?:\\+(?=(?:[ .()-]{0,2}\\d){8,15}(?!\\d))\\d{1,15}(?:[ .()-]{1,2}\\d{1,12}){0,6}"
              + "|(?:1[ -])?(?:\\(\\d{3}\\) ?|\\d{3}[ -])\\d{3}[ -]\\d{4}|\\d{3}-\\d{4})(?![\\p{L}\\p{N}_]|[.-]\\d))"
              + "|(?<NUMBER>(?<![\\p{L}\\p{N}_.])[$€£]?\\d{1,15}(?:[,.]\\d{1,12}){0,5}+%?)");

  private static final Pattern LIST_NUMBER = Pattern.compile("[.):]\\s|[.)]?\\s?\\n|[.)]$");

  private Specifics() {}

  static List<Specific> in(String text) {
    List<Specific> found = new ArrayList<>();
    Matcher matcher = SPECIFIC.matcher(text);
    while (matcher.find()) {
      Kind kind = kind(matcher);
      int end = matcher.start() + lengthWithoutEnd(matcher.group());
      String written = text.substring(matcher.start(), end);
      if (matcher.group("NUMBER") != null && !isTelling(text, matcher.start(), end)) {
        continue;
      }
      found.add(
          new Specific(
              kind, weight(text, matcher, kind, end), matcher.start(), end, form(kind, written)));
    }
    return found;
  }

  private static Kind kind(Matcher matcher) {
    String masked = matcher.group("MASKED");
    if (masked != null) {
      return masked.equals("[EMAIL]") ? Kind.LINK : Kind.NUMBER;
    } else if (matcher.group("LINK") != null) {
      return Kind.LINK;
    } else if (matcher.group("PATH") != null) {
      return Kind.PATH;
    } else if (matcher.group("CODE") != null) {
      return Kind.ERROR_CODE;
    } else if (matcher.group("VERSION") != null) {
      return Kind.VERSION;
    }
    return matcher.group("FUNCTION") != null ? Kind.FUNCTION : Kind.NUMBER;
  }

  private static double weight(String text, Matcher matcher, Kind kind, int end) {
    boolean telling =
        kind == Kind.NUMBER
            && (matcher.group("NUMBER") == null || TellingNumber.is(text, matcher.start(), end));
    return telling ? TellingNumber.WEIGHT : kind.weight();
  }

  /** What is compared: {@code v4.2} and {@code version 4.2} alike, {@code 1,000} as 1000. */
  static String form(Kind kind, String written) {
    String lower = written.toLowerCase(Locale.ROOT);
    return switch (kind) {
      case LINK -> lower.replaceFirst("^[a-z0-9]+://", "").replaceFirst("^www\\.", "");
      case VERSION -> lower.replaceFirst("^(?:versions?|release|v)\\s*", "");
      case FUNCTION -> lower.replaceFirst("\\(.*$", "").replaceFirst("^--", "");
      case NUMBER -> isPhone(lower) ? lower.replaceAll("[^0-9]", "") : number(lower);
      case PATH, ERROR_CODE -> lower;
    };
  }

  /** Written in groups of its own, or with a plus sign; no other number holds any of these. */
  private static boolean isPhone(String written) {
    return written.charAt(0) != '[' && written.chars().anyMatch(c -> " +()-".indexOf(c) >= 0);
  }

  private static String number(String written) {
    String digits = written.replaceAll("[$€£%]", "").replaceAll(",(?=\\d{3}(?!\\d))", "");
    return digits.contains(".") ? digits.replaceFirst("\\.?0+$", "") : digits;
  }

  private static int lengthWithoutEnd(String written) {
    int end = written.length();
    while (end > 1 && ".,;:!?".indexOf(written.charAt(end - 1)) >= 0) {
      end--;
    }
    return end;
  }

  /** More than one digit, and not the number of a list's entry. */
  private static boolean isTelling(String text, int start, int end) {
    long digits = text.substring(start, end).chars().filter(Character::isDigit).count();
    if (digits < 2) {
      return false;
    }
    int line = start;
    while (line > 0 && text.charAt(line - 1) == ' ') {
      line--;
    }
    boolean begins = line == 0 || text.charAt(line - 1) == '\n';
    return !begins
        || !LIST_NUMBER.matcher(text).region(end, Math.min(text.length(), end + 3)).lookingAt();
  }
}
