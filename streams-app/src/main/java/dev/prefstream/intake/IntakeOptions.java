package dev.prefstream.intake;

import dev.prefstream.policy.records.SettingsRules;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.config.Option;
import dev.prefstream.runtime.streams.StreamsOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How intake bounds its input and its memory.
 *
 * @param maxTextBytes largest text in UTF-8 bytes
 * @param maxResponses most responses of one ticket
 * @param maxMetadataBytes most bytes of a ticket's metadata that travel on
 * @param retention how long a ticket waits for responses, and a response for its ticket
 * @param tenants those that are served; empty for any
 * @param clockTolerance how far a record's time may differ from this machine's clock
 */
public record IntakeOptions(
    long maxTextBytes,
    int maxResponses,
    long maxMetadataBytes,
    Duration retention,
    Set<String> tenants,
    Duration clockTolerance) {

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

  public static final Option<Long> MAX_METADATA_BYTES =
      Option.bytes(
          "intake.max-metadata-bytes",
          "2KiB",
          "0",
          "64KiB",
          "Most metadata of a ticket that travels on to its decision, names and values in UTF-8; the rest stays on the tickets topic. Every record about the ticket carries it, but for the decision log.");

  public static final Option<Duration> RETENTION =
      Option.duration(
          "intake.join-retention",
          "7d",
          "1m",
          "365d",
          "How long, after its last change, a ticket is remembered for late responses and duplicates, in record time; longer needs more disk. A ticket that comes again later than that is scored and routed again.");

  public static final Option<String> TENANTS =
      Option.optionalText(
          "intake.tenants",
          "",
          "Tenants that are served, separated by commas: settings for another are refused, and tickets of another are counted and judged by the default settings. Empty serves any.");

  public IntakeOptions {
    tenants = Set.copyOf(tenants);
  }

  public static List<Option<?>> all() {
    return List.of(MAX_TEXT_BYTES, MAX_RESPONSES, MAX_METADATA_BYTES, RETENTION, TENANTS);
  }

  public static IntakeOptions of(Configuration configuration) {
    return new IntakeOptions(
        configuration.get(MAX_TEXT_BYTES),
        configuration.get(MAX_RESPONSES),
        configuration.get(MAX_METADATA_BYTES),
        configuration.get(RETENTION),
        Arrays.stream(configuration.get(TENANTS).split(","))
            .map(String::strip)
            .filter(tenant -> !tenant.isEmpty())
            .collect(Collectors.toSet()),
        configuration.get(StreamsOptions.CLOCK_TOLERANCE));
  }

  /** Whether the tenant is served; "default" always is. */
  boolean serves(String tenantId) {
    return tenants.isEmpty()
        || tenants.contains(tenantId)
        || tenantId.equals(SettingsRules.FOR_ALL_TENANTS);
  }
}
