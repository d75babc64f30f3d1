package dev.prefstream.cli.publish;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Headers by which a record is known again as a certain line of a certain file. */
final class LineHeaders {

  /** Name and SHA-256 of the file. */
  static final String SOURCE = "prefstream-source";

  /** Line number from 1, in decimal. */
  static final String LINE = "prefstream-line";

  /** tickets, responses, settings or labels: one file may be read as several. */
  static final String INPUT = "prefstream-input";

  private final byte[] source;
  private final byte[] input;

  LineHeaders(Source source, Input<?> input) {
    this.source = source.identity().getBytes(StandardCharsets.UTF_8);
    this.input = input.word().getBytes(StandardCharsets.UTF_8);
  }

  void addTo(Headers headers, Line line) {
    headers.add(SOURCE, source);
    headers.add(LINE, Long.toString(line.number()).getBytes(StandardCharsets.US_ASCII));
    headers.add(INPUT, input);
  }

  /** The header's value; null when there is none. */
  static @Nullable String text(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }
}
