package dev.prefstream.scorer.bundle;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * Looks through an ONNX file, without building the model, for what a bundle from a stranger must
 * not hold: operators outside the standard domains, and the names of files that its tensors lie in
 * (CVE-2022-25882, CVE-2024-27318 and CVE-2026-27489 are ways out of the folder by such names).
 * Field numbers are those of {@code onnx.proto}. Tensors' content is skipped, not read.
 */
final class OnnxFile {

  private static final int MAX_TEXT = 4_096;
  private static final int MAX_DEPTH = 64;

  private final Set<String> domains = new TreeSet<>();
  private final Set<String> locations = new TreeSet<>();
  private final InputStream in;
  private long position;

  private OnnxFile(InputStream in) {
    this.in = in;
  }

  /**
   * What a file holds.
   *
   * @param domains of operators; the standard one is the empty text
   * @param locations of tensors in other files
   */
  record Content(Set<String> domains, Set<String> locations) {}

  /**
   * @throws IOException when the file is no ONNX model, or cannot be read
   */
  static Content read(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      OnnxFile onnx = new OnnxFile(in);
      onnx.message(Kind.MODEL, Files.size(file), 0);
      return new Content(onnx.domains, onnx.locations);
    }
  }

  /** Messages that are looked into; everything else is skipped. */
  private enum Kind {
    MODEL,
    GRAPH,
    NODE,
    ATTRIBUTE,
    TENSOR,
    SPARSE_TENSOR,
    FUNCTION,
    ENTRY;

    /** The kind of the message in this field, or null when it is not looked into. */
    @org.jspecify.annotations.Nullable
    Kind inside(int field) {
      return switch (this) {
        case MODEL -> field == 7 ? GRAPH : field == 25 ? FUNCTION : null;
        case GRAPH -> field == 1 ? NODE : field == 5 ? TENSOR : field == 15 ? SPARSE_TENSOR : null;
        case NODE -> field == 5 ? ATTRIBUTE : null;
        case ATTRIBUTE ->
            switch (field) {
              case 5, 10 -> TENSOR;
              case 6, 11 -> GRAPH;
              case 22, 23 -> SPARSE_TENSOR;
              default -> null;
            };
        case SPARSE_TENSOR -> field == 1 || field == 2 ? TENSOR : null;
        case FUNCTION -> field == 7 ? NODE : null;
        case TENSOR -> field == 13 ? ENTRY : null;
        case ENTRY -> null;
      };
    }
  }

  private void message(Kind kind, long length, int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw new IOException("found messages nested deeper than " + MAX_DEPTH);
    }
    long end = position + length;
    String key = "";
    boolean hasDomain = false;
    while (position < end) {
      long tag = varint();
      int field = (int) (tag >>> 3);
      switch ((int) (tag & 7)) {
        case 0 -> varint();
        case 1 -> skip(Long.BYTES);
        case 5 -> skip(Integer.BYTES);
        case 2 -> {
          long size = varint();
          if (size < 0 || size > end - position) {
            throw new IOException("found a field longer than its message");
          }
          Kind inner = kind.inside(field);
          if (inner != null) {
            message(inner, size, depth + 1);
          } else if (kind == Kind.NODE && field == 7) {
            domains.add(text(size));
            hasDomain = true;
          } else if (kind == Kind.ENTRY && field == 1) {
            key = text(size);
          } else if (kind == Kind.ENTRY && field == 2 && key.equals("location")) {
            locations.add(text(size));
          } else {
            skip(size);
          }
        }
        default -> throw new IOException("found a field of an unknown type");
      }
    }
    if (kind == Kind.NODE && !hasDomain) {
      domains.add("");
    }
  }

  private String text(long size) throws IOException {
    if (size > MAX_TEXT) {
      throw new IOException("found a name of " + size + " bytes");
    }
    byte[] bytes = in.readNBytes((int) size);
    position += bytes.length;
    if (bytes.length < size) {
      throw new EOFException("the file ends inside a name");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private void skip(long size) throws IOException {
    in.skipNBytes(size);
    position += size;
  }

  private long varint() throws IOException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("the file ends inside a number");
      }
      position++;
      value |= (long) (next & 0x7F) << shift;
      if ((next & 0x80) == 0) {
        return value;
      }
    }
    throw new IOException("found a number longer than ten bytes");
  }
}
