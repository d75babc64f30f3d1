package dev.prefstream.intake.masking;

import dev.prefstream.intake.masking.Masking.Item;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Secrets known by their form (keys of large vendors, JSON Web Tokens, PEM private keys, bearer
 * tokens, passwords in addresses), and whatever follows a word that announces one: after a colon or
 * an equals sign any value, otherwise one that holds a digit, or that is the last of the text and
 * no word that goes on with a sentence, so that "my password is wrong" stays readable. Customers
 * say secrets in pieces too ("password is abc 123"): then up to three words are one.
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

  /** What customers call a password, misspelt as well. */
  static final String PASSWORD =
      "pass? ?w(?:or|ro|ar|r)[dt]|passowrd|passwd|pwd|pass ?code|passphrase";

  private static final Pattern ANNOUNCED =
      Pattern.compile(
          "(?i)(?<![\\p{L}\\p{N}])(?:(?<password>"
              + PASSWORD
              + "|(?<!-)pw|pin(?: code)?|otp)"
              + "|secret|bearer|authorization[\"']?[ \\t]{0,4}+[:=][ \\t\"']{0,4}+basic|auth(?:orization)?[ _-]token"
              + "|(?:access[ _-]|api[ _-]|session[ _-])?token|(?:api|access|secret)[ _-]?key)"
              + "(?<named>[\"']?[ \\t]{0,4}+[:=][ \\t]{0,4}+)?"
              + "(?<between>(?:[ \\t]{1,4}+(?:is|was|are|to|as|number|no|code|for|my|the|it|it's|its)(?![\\p{L}\\p{N}])){0,4}+)"
              + "(?<late>[ \\t]{0,4}+[:=])?[ \\t\"'`]{0,4}+(?<value>[^\\s\"'`,;]{1,256}+)");

  /** {@code scheme://user:password@host}. */
  private static final Pattern IN_ADDRESS =
      Pattern.compile("://[^\\s/:@]{1,64}+:(?<value>[^\\s/@]{1,256}+)@");

  private static final int SHORTEST = 3;
  private static final int MOST_WORDS = 3;

  private static final Pattern TOLD = Pattern.compile("(?i)\\b(?:is|was|its|it's)\\b");

  private static final Pattern WORD =
      Pattern.compile("[ \\t]{0,4}+(?<word>[\\p{L}\\p{N}]{1,32}+)(?=[\\s.!]|$)");

  private static final Pattern END = Pattern.compile("[\\s.!]{0,8}+$");

  /**
   * Words after which a sentence goes on, and what is said of secrets rather than what they are.
   */
  private static final Set<String> NO_SECRET =
      Set.of(
          ("a about access account active after again all also an and any anymore anyway as at attempt"
                  + " available bad based be because before between blank both broken but by can cannot case"
                  + " change character characters contain contains correct date days default different did do"
                  + " does during each either empty enough error even every expiration expires expiry false"
                  + " field fine for from gone good had has have he hello here hi hidden how i if important in"
                  + " inactive incorrect insecure invalid is it its just known last length less like lost mandatory"
                  + " may me mine minimum missing more must my name never new no none nor not now null of ok okay"
                  + " old on once one only optional or our out over page plaintext please policy private public"
                  + " readable really reset right safe same secret secure sensitive set should so still stolen"
                  + " strong such sure than thank thanks that the their them then there they this three times to"
                  + " too true two under unavailable unclear unknown unset until up user username using valid via"
                  + " visible was we weak were what when where which while who why will with within without won"
                  + " would wrong you your")
              .split(" "));

  private SecretFinder() {}

  static void find(String text, List<Item> items) {
    Matcher byForm = BY_FORM.matcher(text);
    while (byForm.find()) {
      items.add(new Item(PersonalKind.TOKEN, byForm.start(), byForm.end()));
    }
    Matcher inAddress = IN_ADDRESS.matcher(text);
    while (inAddress.find()) {
      items.add(new Item(PersonalKind.TOKEN, inAddress.start("value"), inAddress.end("value")));
    }
    Matcher announced = ANNOUNCED.matcher(text);
    int from = 0;
    while (announced.find(from)) {
      int start = announced.start("value");
      int end = end(text, announced);
      if (end > start) {
        items.add(new Item(PersonalKind.TOKEN, start, end));
      }
      // What was no secret may itself announce one: "password token: x".
      from = end > start ? Math.max(end, announced.end()) : Math.max(start, from + 1);
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

  /** Where the secret ends that was announced; 0 when what follows is none. */
  private static int end(String text, Matcher announced) {
    int start = announced.start("value");
    String value = announced.group("value");
    int one = start + withoutEnd(value);
    if (announced.group("named") != null || announced.group("late") != null) {
      boolean none = SecretField.isNoValue(text.substring(start, one));
      return value.length() < SHORTEST || none ? 0 : one;
    }
    boolean told = TOLD.matcher(announced.group("between")).find();
    if (announced.group("password") != null && (told || announced.group("between").isEmpty())) {
      int all = endOfWords(text, start, told);
      if (all > 0) {
        return all;
      }
    }
    return value.length() >= SHORTEST && hasDigit(value) ? one : 0;
  }

  /**
   * Where a secret ends that is said in words to the end of the text, or in two of which the second
   * has digits; 0 when it is not.
   *
   * @param told whether it is said to be the secret: then one word without digits is enough
   */
  private static int endOfWords(String text, int start, boolean told) {
    Matcher word = WORD.matcher(text).region(start, text.length());
    boolean digits = false;
    int end = start;
    for (int words = 1; words <= MOST_WORDS && word.lookingAt(); words++) {
      if (isNoSecret(word.group("word"))) {
        return 0;
      }
      boolean first = words == 1;
      digits |= hasDigit(word.group("word"));
      end = word.end();
      if (END.matcher(text).region(end, text.length()).lookingAt()) {
        boolean enough = digits || (first && told);
        return enough && end - start >= SHORTEST ? end : 0;
      }
      if (words == 2 && told && hasDigit(word.group("word"))) {
        return end;
      }
      word.region(end, text.length());
    }
    return 0;
  }

  static boolean isNoSecret(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    return NO_SECRET.contains(lower) || lower.endsWith("ed") || lower.endsWith("ing");
  }

  static boolean hasDigit(String value) {
    return value.chars().anyMatch(c -> c >= '0' && c <= '9');
  }

  private static boolean isPrivateKey(String text, int begin) {
    return text.substring(begin, Math.min(text.length(), begin + 64)).contains("PRIVATE KEY");
  }

  /** Length without a full stop or closing bracket that belongs to the sentence. */
  private static int withoutEnd(String value) {
    int end = value.length();
    while (end > 3 && ".)!?]}".indexOf(value.charAt(end - 1)) >= 0) {
      end--;
    }
    return end;
  }
}
