package dev.prefstream.scorer.bundle;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What a tensor in an ONNX file says of itself, checked against the data that is there: whoever
 * allocates by the shape alone must not be led to allocate more than the file is worth.
 */
final class OnnxTensorClaim {

  /** Elements of the smallest type, of two bits, in a byte. */
  private static final int MOST_IN_A_BYTE = 4;

  /** A sparse tensor is written out at loading: at most 4 GiB of 8 bytes each. */
  private static final long MOST_DENSE = 1L << 29;

  private long elements = 1;
  private long bytes;
  private boolean external;
  private boolean names;
  private String location = "";
  private long offset;
  private long length = -1;

  /** Whether a field of a tensor is one of those that hold elements. */
  static boolean isData(int field) {
    return switch (field) {
      case 4, 5, 6, 7, 9, 10, 11 -> true;
      default -> false;
    };
  }

  void dimension(long size) throws IOException {
    if (size < 0) {
      throw new IOException("found a tensor with a dimension of " + size);
    }
    try {
      elements = Math.multiplyExact(elements, size);
    } catch (ArithmeticException e) {
      throw new IOException("found a tensor with more elements than can be counted", e);
    }
  }

  void data(long more) {
    bytes += more;
  }

  void external(boolean yes) {
    external = yes;
  }

  void entry(String key, String value) throws IOException {
    names = true;
    switch (key) {
      case "location" -> {
        if (!location.isEmpty()) {
          throw new IOException("found a tensor with two locations");
        }
        location = value;
      }
      case "offset" -> offset = position(key, value);
      case "length" -> length = position(key, value);
      default -> {
        // Checksums and the like.
      }
    }
  }

  private static long position(String key, String value) throws IOException {
    try {
      long number = Long.parseLong(value);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // The same answer as for a negative one.
    }
    throw new IOException(
        "found a tensor with the %s %s, expected 0 or more"
            .formatted(key, value.length() > 24 ? value.substring(0, 24) + "..." : value));
  }

  /** Where the tensor's data lies when that is another file. Call it when all is said. */
  OnnxFile.@Nullable External elsewhere() throws IOException {
    if (!external && !names) {
      checkElements(elements, bytes);
      return null;
    }
    if (location.isEmpty()) {
      throw new IOException("found a tensor in another file without its location");
    }
    return new OnnxFile.External(location, offset, length, elements);
  }

  /** The shape of a sparse tensor, as large as it gets when it is written out. */
  void checkDense() throws IOException {
    if (elements > MOST_DENSE) {
      throw new IOException(
          "found a sparse tensor of %d elements, expected at most %d"
              .formatted(elements, MOST_DENSE));
    }
  }

  static void checkElements(long elements, long bytes) throws IOException {
    if (elements / MOST_IN_A_BYTE > bytes) {
      throw new IOException(
          "claims %d elements, and holds %d bytes for them".formatted(elements, bytes));
    }
  }
}
