package dev.prefstream.cli.publish;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Headers by which a record is known again as a certain line of a certain file. Immutable and safe
 * for use by many threads.
 */
public final class LineHeaders {

  /** Name and SHA-256 of the file. */
  static final String SOURCE = "prefstream-source";

  /** Line number from 1, in decimal. */
  static final String LINE = "prefstream-line";

  /** tickets, responses, settings or labels: one file may be read as several. */
  static final String INPUT = "prefstream-input";

  private final byte[] source;
  private final byte[] input;

  public LineHeaders(Source source, Input<?> input) {
    this.source = source.identity().getBytes(StandardCharsets.UTF_8);
    this.input = input.word().getBytes(StandardCharsets.UTF_8);
  }

  /** Whether the record, or dead letter, stems from a line of this file read as this input. */
  public boolean on(Headers headers) {
    return Arrays.equals(source, value(headers, SOURCE))
        && Arrays.equals(input, value(headers, INPUT));
  }

  /**
   * Number of the line, from 1.
   *
   * @throws IllegalStateException when the header is missing or no number
   */
  static int line(Headers headers) {
    byte[] value = value(headers, LINE);
    String text = value == null ? "nothing" : new String(value, StandardCharsets.US_ASCII);
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalStateException(
          "a record of this file carries %s as %s, expected a line number: another program wrote it"
              .formatted(text, LINE),
          e);
    }
  }

  void addTo(Headers headers, Line line) {
    headers.add(SOURCE, source);
    headers.add(LINE, Long.toString(line.number()).getBytes(StandardCharsets.US_ASCII));
    headers.add(INPUT, input);
  }

  private static byte @Nullable [] value(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null ? null : header.value();
  }
}
