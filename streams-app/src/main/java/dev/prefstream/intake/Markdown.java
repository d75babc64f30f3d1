package dev.prefstream.intake;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells whether a text is marked up, by CommonMark and GitHub's tables. Every ticket comes through
 * here, so patterns are tried only where a character says that they could begin.
 */
final class Markdown {

  private static final int DEEPEST_INDENT = 3;

  private static final Pattern HEADING = Pattern.compile(" {0,3}#{1,6} \\S");

  /** A list needs two entries, since prose has dashes too. */
  private static final Pattern LIST =
      Pattern.compile(" {0,3}(?:[-*+]|\\d{1,9}[.)]) \\S.*\\R+ {0,3}(?:[-*+]|\\d{1,9}[.)]) \\S");

  private static final Pattern TABLE = Pattern.compile(" {0,3}\\|?(?: *:?-{3,}:? *\\|)+");
  private static final Pattern LINK = Pattern.compile("\\[[^\\]\\n]{1,200}\\]\\([^)\\s]{1,500}\\)");
  private static final Pattern STRONG = Pattern.compile("\\*\\*\\S(?:[^*\\n]{0,200}\\S)?\\*\\*");
  private static final Pattern CODE = Pattern.compile("`[^`\\n]{1,200}`(?!`)");

  private final String text;
  private final int end;

  private Markdown(String text, int end) {
    this.text = text;
    this.end = end;
  }

  /**
   * Whether the first so many characters hold a heading, list, table, link, strong text or code.
   */
  static boolean isIn(String text, int characters) {
    return new Markdown(text, Math.min(text.length(), characters)).found();
  }

  /** Whether there is a fence: three backticks or tildes, indented by three spaces at most. */
  static boolean hasCodeFence(String text) {
    return hasFence(text, "```") || hasFence(text, "~~~");
  }

  private static boolean hasFence(String text, String fence) {
    for (int at = text.indexOf(fence); at >= 0; at = text.indexOf(fence, at + 1)) {
      int start = at;
      while (start > 0 && at - start < DEEPEST_INDENT && text.charAt(start - 1) == ' ') {
        start--;
      }
      if (isLineStart(text, start)) {
        return true;
      }
    }
    return false;
  }

  private boolean found() {
    for (int at = 0; at < end; at++) {
      if ((isLineStart(text, at) && lineBegins(at)) || inlineBegins(at)) {
        return true;
      }
    }
    return false;
  }

  private boolean lineBegins(int line) {
    int first = line;
    while (first < end && text.charAt(first) == ' ') {
      first++;
    }
    if (first == end) {
      return false;
    }
    return switch (text.charAt(first)) {
      case '#' -> begins(HEADING, line);
      case '-' -> begins(LIST, line) || begins(TABLE, line);
      case '|', ':' -> begins(TABLE, line);
      case '*', '+', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> begins(LIST, line);
      default -> false;
    };
  }

  private boolean inlineBegins(int at) {
    return switch (text.charAt(at)) {
      case '[' -> begins(LINK, at);
      case '*' -> begins(STRONG, at);
      case '`' -> (at == 0 || text.charAt(at - 1) != '`') && begins(CODE, at);
      default -> false;
    };
  }

  private boolean begins(Pattern pattern, int at) {
    Matcher matcher = pattern.matcher(text);
    return matcher.region(at, end).lookingAt();
  }

  /** Line ends are those of java.util.regex, which the patterns go by. */
  private static boolean isLineStart(String text, int at) {
    if (at == 0) {
      return true;
    }
    char before = text.charAt(at - 1);
    return switch (before) {
      case '\n', '\u0085', '\u2028', '\u2029' -> true;
      case '\r' -> at == text.length() || text.charAt(at) != '\n';
      default -> false;
    };
  }
}
