package dev.prefstream.intake.masking;

import dev.prefstream.intake.masking.Masking.Item;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Secrets known by their form (keys of large vendors, JSON Web Tokens, PEM private keys, bearer
 * tokens), and whatever follows a word that announces one: after a colon or an equals sign any
 * value, otherwise only one that holds a digit, so that "my password is wrong" stays readable.
 */
final class SecretFinder {

  /** Longest private key looked for, in chars. */
  private static final int LONGEST_KEY = 16_384;

  private static final String PEM_BEGIN = "-----BEGIN ";
  private static final String PEM_END = "-----END ";

  private static final Pattern BY_FORM =
      Pattern.compile(
          "(?<![A-Za-z0-9_-])(?:"
              + "gh[pousr]_[A-Za-z0-9]{36,255}+"
              + "|github_pat_[A-Za-z0-9_]{22,255}+"
              + "|glpat-[A-Za-z0-9_-]{20,64}+"
              + "|xox[abprs]-[A-Za-z0-9-]{10,255}+"
              + "|(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])"
              + "|AIza[A-Za-z0-9_-]{35}"
              + "|(?:sk|pk|rk)[-_](?:live|test|proj|ant)?[-_]?[A-Za-z0-9_-]{16,255}+"
              + "|eyJ[A-Za-z0-9_-]{8,2048}+\\.[A-Za-z0-9_-]{8,4096}+\\.[A-Za-z0-9_-]{0,1024}+"
              + ")");

  private static final Pattern ANNOUNCED =
      Pattern.compile(
          "(?i)(?<![\\p{L}\\p{N}])(?:pass ?word|passwd|pwd|pass ?code|passphrase|pin(?: code)?|secret|bearer|auth(?:orization)?[ _-]token|"
              + "(?:access[ _-]|api[ _-]|session[ _-])?token|(?:api|access|secret)[ _-]?key|otp)"
              + "(?<named>[ \\t]{0,4}+[:=][ \\t]{0,4}+)?"
              + "(?:[ \\t]{1,4}+(?:is|was|are|to|as|number|no|code|for|my|the|it|it's|its)(?![\\p{L}\\p{N}])){0,4}+"
              + "(?<late>[ \\t]{0,4}+[:=])?[ \\t\"'`]{0,4}+(?<value>[^\\s\"'`,;]{3,256}+)");

  private SecretFinder() {}

  static void find(String text, List<Item> items) {
    Matcher byForm = BY_FORM.matcher(text);
    while (byForm.find()) {
      items.add(new Item(PersonalKind.TOKEN, byForm.start(), byForm.end()));
    }
    Matcher announced = ANNOUNCED.matcher(text);
    int from = 0;
    while (announced.find(from)) {
      boolean named = announced.group("named") != null || announced.group("late") != null;
      String value = announced.group("value");
      boolean secret = named || value.chars().anyMatch(c -> c >= '0' && c <= '9');
      if (secret) {
        items.add(
            new Item(
                PersonalKind.TOKEN,
                announced.start("value"),
                announced.start("value") + withoutEnd(value)));
      }
      // What was no secret may itself announce one: "password token: x".
      from = secret ? announced.end() : Math.max(announced.start("value"), from + 1);
    }
    for (int begin = text.indexOf(PEM_BEGIN);
        begin >= 0;
        begin = text.indexOf(PEM_BEGIN, begin + 1)) {
      int end = text.indexOf(PEM_END, begin);
      if (end > 0 && end - begin <= LONGEST_KEY && isPrivateKey(text, begin)) {
        int line = text.indexOf('\n', end);
        items.add(new Item(PersonalKind.TOKEN, begin, line < 0 ? text.length() : line));
      }
      if (end < 0) {
        return;
      }
    }
  }

  private static boolean isPrivateKey(String text, int begin) {
    return text.substring(begin, Math.min(text.length(), begin + 64)).contains("PRIVATE KEY");
  }

  /** Length without a full stop or closing bracket that belongs to the sentence. */
  private static int withoutEnd(String value) {
    int end = value.length();
    while (end > 3 && ".)!?]".indexOf(value.charAt(end - 1)) >= 0) {
      end--;
    }
    return end;
  }
}
