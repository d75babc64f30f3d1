package dev.prefstream.intake;

import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.config.Option;
import java.time.Duration;
import java.util.List;

/**
 * How intake bounds its input and its memory.
 *
 * @param maxTextBytes largest text in UTF-8 bytes
 * @param maxResponses most responses of one ticket
 * @param retention how long a ticket waits for responses, and a response for its ticket
 */
public record IntakeOptions(long maxTextBytes, int maxResponses, Duration retention) {

  public static final Option<Long> MAX_TEXT_BYTES =
      Option.bytes(
          "intake.max-text-bytes",
          "1MiB",
          "1KiB",
          "3MiB",
          "Largest text of a ticket (subject and body) or response, in UTF-8; larger ones go to dead letters.");

  public static final Option<Integer> MAX_RESPONSES =
      Option.integer(
          "intake.max-responses-per-ticket",
          64,
          1,
          1024,
          "Most different responses taken for one ticket; more go to dead letters. Each is scored.");

  public static final Option<Duration> RETENTION =
      Option.duration(
          "intake.join-retention",
          "7d",
          "1m",
          "365d",
          "How long, after its last change, a ticket is remembered for late responses and duplicates, in record time; longer needs more disk.");

  public static List<Option<?>> all() {
    return List.of(MAX_TEXT_BYTES, MAX_RESPONSES, RETENTION);
  }

  public static IntakeOptions of(Configuration configuration) {
    return new IntakeOptions(
        configuration.get(MAX_TEXT_BYTES),
        configuration.get(MAX_RESPONSES),
        configuration.get(RETENTION));
  }
}
