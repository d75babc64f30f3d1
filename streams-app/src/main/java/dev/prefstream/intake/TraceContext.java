package dev.prefstream.intake;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * The W3C trace context of a record ({@code traceparent}, level 1, version 00). Kept where the
 * publisher gave one; otherwise made from where the record stands, so that work repeated after a
 * crash has the same trace. Later stages pass it on.
 */
final class TraceContext {

  static final String HEADER = "traceparent";

  private TraceContext() {}

  /** Adds a trace context where there is none. */
  static void ensure(Headers headers, RecordMetadata origin) {
    if (headers.lastHeader(HEADER) == null) {
      headers.add(HEADER, traceparent(origin).getBytes(StandardCharsets.UTF_8));
    }
  }

  private static String traceparent(RecordMetadata origin) {
    String place = origin.topic() + "-" + origin.partition() + "-" + origin.offset();
    String traceId = ContentDigest.of("trace", place);
    String spanId = ContentDigest.of("span", place).substring(0, 16);
    return "00-" + traceId + "-" + spanId + "-01";
  }
}
