package dev.prefstream.cli.evaluate;

import static dev.prefstream.runtime.failure.PoisonReason.INVALID_FIELD;

import com.fasterxml.jackson.databind.JsonNode;
import dev.prefstream.cli.publish.Fields;
import dev.prefstream.runtime.failure.PoisonException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What kind of matter a row is about, for samples that hold each kind in a set share. */
enum Stratum {
  /** About something that runs: holds code, a stack trace, a path, an error code, an identifier. */
  TECHNICAL,
  /** Everything else. */
  OPEN,
  /** Where people were divided: votes of 1:1.2 to 1:1.5. */
  CONTROVERSIAL;

  private static final double CLOSE_FROM = 1.2;
  private static final double CLOSE_TO = 1.5;
  private static final int READ = 16_384;

  private static final Pattern SIGNS =
      Pattern.compile(
          "```|~~~|`[^`\\n]+`"
              + "|\\b\\w+(?:Exception|Error)\\b"
              + "|\\bat [\\w.$]+\\([\\w.]+:\\d+\\)"
              + "|\\b0x[0-9a-fA-F]{4,}\\b"
              + "|https?://|(?<![\\w.])/(?:[\\w.-]+/)+[\\w.-]+|\\b[A-Za-z]:\\\\\\w"
              + "|\\b\\w+\\.(?:java|py|js|xml|json|ya?ml|conf|log|jar|sh|sql|cpp|exe|dll)\\b"
              + "|\\b[a-z][a-z0-9]*(?:[A-Z][a-z0-9]+)+\\b|\\b[a-z0-9]+(?:_[a-z0-9]+)+\\b"
              + "|\\b(?:HTTP|error|status|code)\\s+[1-5]\\d\\d\\b"
              + "|\\bSELECT\\b.+\\bFROM\\b");

  /** As in files and on the command line. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Stratum> named(String word) {
    return Arrays.stream(values()).filter(stratum -> stratum.word().equals(word)).findFirst();
  }

  /**
   * The kind of a row: what its field {@code stratum} says, or {@code domain} if that is one of
   * these, else controversial by its votes, else by the text.
   *
   * @throws PoisonException when the field says something else
   */
  static Stratum of(Fields row, String text) {
    String said = row.word("stratum");
    if (said != null) {
      return named(said.toLowerCase(Locale.ROOT))
          .orElseThrow(
              () ->
                  new PoisonException(
                      INVALID_FIELD, "stratum is none of technical, open, controversial"));
    }
    String domain = row.word("domain");
    Optional<Stratum> told =
        domain == null ? Optional.empty() : named(domain.toLowerCase(Locale.ROOT));
    if (told.isPresent()) {
      return told.get();
    }
    if (divided(row)) {
      return CONTROVERSIAL;
    }
    return SIGNS.matcher(text).region(0, Math.min(READ, text.length())).find() ? TECHNICAL : OPEN;
  }

  private static boolean divided(Fields row) {
    JsonNode votes = row.take("votes");
    double one;
    double other;
    if (votes != null && votes.isObject()) {
      one = votes.path("up").asDouble(0);
      other = votes.path("down").asDouble(0);
    } else {
      one = number(row.take("score_chosen"));
      other = number(row.take("score_rejected"));
    }
    double ratio = Math.max(one, other) / Math.min(one, other);
    return Math.min(one, other) > 0 && ratio >= CLOSE_FROM && ratio <= CLOSE_TO;
  }

  private static double number(@org.jspecify.annotations.Nullable JsonNode node) {
    return node == null ? 0 : node.asDouble(0);
  }
}
