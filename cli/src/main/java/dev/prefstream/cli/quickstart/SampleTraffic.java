package dev.prefstream.cli.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.prefstream.schemas.avro.Response;
import dev.prefstream.schemas.avro.Ticket;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Endless tickets and responses from the texts in {@code samples/}, the same for the same seed.
 * From ticket {@code driftAfter} on most come from a launch that goes wrong, so that scores drift.
 *
 * <p>For one thread.
 */
final class SampleTraffic {

  private static final Pattern SLOT = Pattern.compile("\\{([a-z_]+)}");
  private static final double DRIFT_SHARE = 0.9;
  private static final double ANSWERED_SHARE = 0.6;
  private static final int MOST_RESPONSES = 3;
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** A ticket and the responses offered for it. */
  record Sample(Ticket ticket, List<Response> responses) {}

  private record TicketText(
      String subject,
      String body,
      String tenant_id,
      String region,
      String language,
      String channel,
      String intent,
      String phase) {}

  private record ResponseText(String intent, String language, String text) {}

  private final List<TicketText> steady;
  private final List<TicketText> drifted;
  private final List<ResponseText> responses;
  private final Map<String, List<String>> slots;
  private final String idPrefix;
  private final long driftAfter;
  private final Random random;
  private long made;

  /**
   * @param idPrefix put before every ticket id; different for every run on one data directory
   * @param driftAfter number of tickets before the drift sets in
   */
  SampleTraffic(String idPrefix, long driftAfter, long seed) {
    List<TicketText> texts = lines("tickets.jsonl", TicketText.class);
    this.steady = texts.stream().filter(text -> text.phase().equals("steady")).toList();
    this.drifted = texts.stream().filter(text -> text.phase().equals("drift")).toList();
    this.responses = lines("responses.jsonl", ResponseText.class);
    this.slots = slots();
    this.idPrefix = idPrefix;
    this.driftAfter = driftAfter;
    this.random = new Random(seed);
  }

  /** The settings documents of the sample tenants, as lines of JSON. */
  static InputStream settings() {
    return resource("settings.jsonl");
  }

  /** Whether the next ticket is one of the drifted phase. */
  boolean drifting() {
    return made >= driftAfter;
  }

  Sample next(Instant now) {
    boolean drift = drifting() && random.nextDouble() < DRIFT_SHARE;
    TicketText text = pick(drift ? drifted : steady);
    Map<String, String> values = new HashMap<>();
    String ticketId = idPrefix + made++;
    Ticket ticket =
        Ticket.newBuilder()
            .setTicketId(ticketId)
            .setTenantId(text.tenant_id())
            .setSubject(fill(text.subject(), values))
            .setBody(fill(text.body(), values))
            .setRegion(text.region())
            .setLanguage(text.language())
            .setChannel(text.channel())
            .setCreatedAt(now)
            .build();
    return new Sample(ticket, responses(ticketId, text, values, now));
  }

  private List<Response> responses(
      String ticketId, TicketText ticket, Map<String, String> values, Instant now) {
    List<ResponseText> fitting =
        responses.stream()
            .filter(text -> text.intent().equals(ticket.intent()))
            .filter(text -> text.language().equals(ticket.language()))
            .toList();
    if (fitting.isEmpty() || random.nextDouble() >= ANSWERED_SHARE) {
      return List.of();
    }
    int count = 1 + random.nextInt(Math.min(MOST_RESPONSES, fitting.size()));
    int first = random.nextInt(fitting.size());
    List<Response> offered = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      offered.add(
          Response.newBuilder()
              .setResponseId(ticketId + "-r" + (i + 1))
              .setTicketId(ticketId)
              .setText(fill(fitting.get((first + i) % fitting.size()).text(), values))
              .setCreatedAt(now)
              .build());
    }
    return offered;
  }

  private String fill(String text, Map<String, String> values) {
    Matcher matcher = SLOT.matcher(text);
    return matcher.replaceAll(
        slot -> {
          List<String> choices = slots.get(slot.group(1));
          return Matcher.quoteReplacement(
              choices == null
                  ? slot.group()
                  : values.computeIfAbsent(slot.group(1), name -> pick(choices)));
        });
  }

  private <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private static <T> List<T> lines(String name, Class<T> type) {
    try (BufferedReader reader = new BufferedReader(new InputStreamReader(resource(name), UTF_8))) {
      List<T> values = new ArrayList<>();
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        values.add(JSON.readValue(line, type));
      }
      return List.copyOf(values);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the sample file " + name, e);
    }
  }

  private static Map<String, List<String>> slots() {
    try (InputStream in = resource("slots.json")) {
      return JSON.readValue(
          in,
          JSON.getTypeFactory()
              .constructMapType(
                  Map.class,
                  JSON.getTypeFactory().constructType(String.class),
                  JSON.getTypeFactory().constructCollectionType(List.class, String.class)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the sample file slots.json", e);
    }
  }

  private static InputStream resource(String name) {
    InputStream in = SampleTraffic.class.getResourceAsStream("/dev/prefstream/cli/samples/" + name);
    if (in == null) {
      throw new IllegalStateException("the sample file " + name + " is missing from this build");
    }
    return in;
  }
}
