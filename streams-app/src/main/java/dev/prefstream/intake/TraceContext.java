package dev.prefstream.intake;

import dev.prefstream.schemas.TopicHeader;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * The W3C trace context of a record ({@code traceparent}, level 1, version 00). Kept where the
 * publisher gave one; otherwise made from where the record stands, so that work repeated after a
 * crash has the same trace. Later stages pass it on.
 */
final class TraceContext {

  private TraceContext() {}

  /** Adds a trace context where there is none. */
  static void ensure(Headers headers, RecordMetadata origin) {
    if (TopicHeader.TRACEPARENT.text(headers) == null) {
      TopicHeader.TRACEPARENT.add(headers, traceparent(origin));
    }
  }

  private static String traceparent(RecordMetadata origin) {
    String place = origin.topic() + "-" + origin.partition() + "-" + origin.offset();
    String traceId = ContentDigest.of("trace", place);
    String spanId = ContentDigest.of("span", place).substring(0, 16);
    return "00-" + traceId + "-" + spanId + "-01";
  }
}
