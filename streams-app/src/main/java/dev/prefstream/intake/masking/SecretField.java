package dev.prefstream.intake.masking;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Fields whose name says that the value is a secret: the name's last word is password, PIN, secret,
 * token or key ("password", "dbPassword", "line.api_key"), and the value is one, not whether there
 * is one.
 */
final class SecretField {

  private static final Pattern NAME =
      Pattern.compile(
          "(?:.{0,256}[._ -])?(?i:password|passwd|pwd|pass[_-]?code|passphrase|pin|otp|secret|token"
              + "|(?:api|access|secret|private)[_-]?key)"
              + "|.{0,256}[\\p{Ll}\\d](?:Password|Passwd|Pwd|Pass[Cc]ode|Passphrase|Pin|Otp|Secret|Token"
              + "|(?:Api|Access|Secret|Private)Key)");

  private static final Set<String> NO_VALUE =
      Set.of("", "true", "false", "null", "none", "yes", "no", "0", "1");

  private SecretField() {}

  static boolean holds(String name, String value) {
    return NAME.matcher(name).matches() && !isNoValue(value);
  }

  /** Nothing, or a word for whether there is a secret. */
  static boolean isNoValue(String value) {
    return NO_VALUE.contains(value.strip().toLowerCase(Locale.ROOT));
  }
}
