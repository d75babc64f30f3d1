package dev.prefstream.schemas;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The headers that records have beside key and value, all of UTF-8 text. No header's name stands
 * anywhere else.
 *
 * <p>Sources: W3C Trace Context level 1; KIP-1034 for those of dead letters, which Kafka Streams
 * gives to its own dead-letter queue; CloudEvents 1.0, Kafka binding, binary content mode.
 */
public enum TopicHeader {
  /** On every record. */
  TRACEPARENT("traceparent", "W3C Trace Context, the same on all that a record brings about."),

  /** On dead letters, as all of this prefix. */
  ERROR_EXCEPTION("__streams.errors.exception", "Class of the failure."),
  /** What the failure says. */
  ERROR_MESSAGE("__streams.errors.message", "Why it was refused."),
  /** The stack of the failure. */
  ERROR_STACKTRACE("__streams.errors.stacktrace", "Where in the code, cut off."),
  /** Where the refused record stood, as partition and offset. */
  ERROR_TOPIC("__streams.errors.topic", "Where the record stood."),
  /** A number in decimal digits. */
  ERROR_PARTITION("__streams.errors.partition", "Its partition."),
  /** A number in decimal digits. */
  ERROR_OFFSET("__streams.errors.offset", "Its offset."),

  /** On drift alerts and retraining triggers, as all of this prefix. */
  EVENT_SPECVERSION("ce_specversion", "CloudEvents, binary content mode."),
  /** Deterministic: equal input gives an equal id. */
  EVENT_ID("ce_id", "The same for the same event, however often it is sent."),
  /** A path, such as {@code /prefstream/drift}. */
  EVENT_SOURCE("ce_source", "The stage."),
  /** A name with dots, such as {@code dev.prefstream.drift.alert.opened}. */
  EVENT_TYPE("ce_type", "What happened."),
  /** The key of the record, too. */
  EVENT_SUBJECT("ce_subject", "The segment."),
  /** RFC 3339, UTC. */
  EVENT_TIME("ce_time", "When it was found.");

  private final String key;
  private final String meaning;

  TopicHeader(String key, String meaning) {
    this.key = key;
    this.meaning = meaning;
  }

  /** The header's name on a record. */
  public String key() {
    return key;
  }

  /** What it says, one sentence. */
  public String meaning() {
    return meaning;
  }

  /** Adds a header to a record's; one of the same name that is there already stays before it. */
  public void add(Headers headers, String text) {
    headers.add(key, text.getBytes(StandardCharsets.UTF_8));
  }

  /** What a record's last header of this name says; null where there is none, or an empty one. */
  public @Nullable String text(Headers headers) {
    Header last = headers.lastHeader(key);
    return last == null || last.value() == null
        ? null
        : new String(last.value(), StandardCharsets.UTF_8);
  }

  /** The headers that records of a topic have; refusals outside any topic lack its place. */
  public static Set<TopicHeader> of(Topic<?> topic) {
    Set<TopicHeader> headers = EnumSet.of(TRACEPARENT);
    if (topic.equals(Topics.DEAD_LETTERS)) {
      headers.addAll(EnumSet.range(ERROR_EXCEPTION, ERROR_OFFSET));
    } else if (topic.equals(Topics.DRIFT_ALERTS) || topic.equals(Topics.RETRAINING_TRIGGERS)) {
      headers.addAll(EnumSet.range(EVENT_SPECVERSION, EVENT_TIME));
    }
    return headers;
  }
}
