package dev.prefstream.cli.publish;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Splits a stream into lines of bytes in bounded memory: of a line that is too long only the
 * beginning is kept, the rest is read past and counts in its hash. Ends of line are LF and CR LF; a
 * byte order mark at the start is left out. For one thread.
 */
public final class LineReader {

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final InputStream in;
  private final int largest;
  private final int kept;
  private final byte[] chunk = new byte[1 << 16];
  private int from;
  private int to;

  private byte[] buffer = new byte[1 << 12];
  private int held;
  private long length;
  private @Nullable MessageDigest digest;
  private long number;

  /**
   * @param largest bytes of the longest line that is given whole
   * @param kept bytes kept of a longer one, at most {@code largest}
   */
  public LineReader(InputStream in, int largest, int kept) {
    this.in = in;
    this.largest = largest;
    this.kept = kept;
  }

  /** Whether {@link #next} has bytes to go on with; false when it may block, or at the end. */
  boolean ready() throws IOException {
    return from < to || in.available() > 0;
  }

  /** The next line, or null at the end. A last line without an end counts. */
  public @Nullable Line next() throws IOException {
    held = 0;
    length = 0;
    digest = null;
    while (true) {
      if (from == to) {
        from = 0;
        to = Math.max(0, in.read(chunk));
        if (to == 0) {
          return length == 0 ? null : line();
        }
      }
      int end = from;
      while (end < to && chunk[end] != '\n') {
        end++;
      }
      take(from, end);
      if (end < to) {
        from = end + 1;
        return line();
      }
      from = end;
    }
  }

  private void take(int start, int end) {
    int count = end - start;
    length += count;
    if (digest == null && length > largest) {
      digest = Sha256.digest();
      digest.update(buffer, 0, held);
    }
    if (digest != null) {
      digest.update(chunk, start, count);
      int room = Math.max(0, Math.min(count, kept - held));
      append(start, room);
    } else {
      append(start, count);
    }
  }

  private void append(int start, int count) {
    if (held + count > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(held + count, Math.min(2 * buffer.length, largest)));
    }
    System.arraycopy(chunk, start, buffer, held, count);
    held += count;
  }

  private Line line() {
    number++;
    if (digest != null) {
      return new Line(
          number, Arrays.copyOf(buffer, Math.min(held, kept)), length, Sha256.hex(digest.digest()));
    }
    int start = number == 1 && startsWithMark() ? BYTE_ORDER_MARK.length : 0;
    int end = held > start && buffer[held - 1] == '\r' ? held - 1 : held;
    return new Line(number, Arrays.copyOfRange(buffer, start, end), end - start, null);
  }

  private boolean startsWithMark() {
    return held >= BYTE_ORDER_MARK.length
        && Arrays.equals(buffer, 0, BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0, 3);
  }
}
