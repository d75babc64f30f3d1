package dev.prefstream.drift;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** CloudEvents 1.0 attributes as Kafka headers (binary content mode of its Kafka binding). */
final class CloudEvents {

  private static final String SOURCE = "/prefstream/drift";

  private CloudEvents() {}

  /**
   * @param headers headers of the record that caused the event; kept
   * @param id unique for each event, equal when it is made again
   * @param type what happened, such as dev.prefstream.drift.alert.opened
   */
  static Headers headers(Headers headers, String id, String type, String subject, Instant time) {
    Headers all = new RecordHeaders(headers);
    add(all, "specversion", "1.0");
    add(all, "id", id);
    add(all, "source", SOURCE);
    add(all, "type", type);
    add(all, "subject", subject);
    add(all, "time", time.toString());
    return all;
  }

  private static void add(Headers headers, String attribute, String value) {
    headers.add("ce_" + attribute, value.getBytes(StandardCharsets.UTF_8));
  }
}
