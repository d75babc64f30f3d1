package dev.prefstream.scorer.bundle;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Looks through an ONNX file, without building the model, for what a bundle from a stranger must
 * not hold: operators outside the standard domains, tensors in other files, and tensors that claim
 * more elements than they hold data. Field numbers are those of {@code onnx.proto}. Tensors'
 * content is skipped, not read.
 */
final class OnnxFile {

  private static final int MAX_TEXT = 4_096;
  private static final int MAX_DEPTH = 64;

  private final Set<String> domains = new TreeSet<>();
  private final Set<String> operators = new TreeSet<>();
  private final List<External> external = new ArrayList<>();
  private final InputStream in;
  private long position;

  private OnnxFile(InputStream in) {
    this.in = in;
  }

  /**
   * What a file holds.
   *
   * @param domains of operators; the standard one is the empty text
   * @param operators names of the operators
   * @param external tensors in other files
   */
  record Content(Set<String> domains, Set<String> operators, List<External> external) {}

  /**
   * A tensor in another file.
   *
   * @param length bytes; negative for all from the offset on
   * @param elements what its shape claims
   */
  record External(String location, long offset, long length, long elements) {

    /**
     * @throws IOException when the file has not what the tensor claims
     */
    void checkIn(long fileSize) throws IOException {
      if (offset > fileSize || (length >= 0 && length > fileSize - offset)) {
        throw new IOException(
            "reaches from %d over %d bytes, and the file has %d"
                .formatted(offset, length, fileSize));
      }
      OnnxTensorClaim.checkElements(elements, length >= 0 ? length : fileSize - offset);
    }
  }

  /**
   * @throws IOException when the file is no ONNX model, or cannot be read
   */
  static Content read(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      OnnxFile onnx = new OnnxFile(in);
      onnx.message(Kind.MODEL, Files.size(file), 0);
      return new Content(onnx.domains, onnx.operators, onnx.external);
    }
  }

  /** Messages that are looked into; everything else is skipped. */
  private enum Kind {
    MODEL,
    TRAINING,
    GRAPH,
    NODE,
    ATTRIBUTE,
    TENSOR,
    SPARSE_TENSOR,
    FUNCTION,
    ENTRY;

    /** The kind of the message in this field, or null when it is not looked into. */
    @Nullable Kind inside(int field) {
      return switch (this) {
        case MODEL ->
            switch (field) {
              case 7 -> GRAPH;
              case 20 -> TRAINING;
              case 25 -> FUNCTION;
              default -> null;
            };
        case TRAINING -> field == 1 || field == 2 ? GRAPH : null;
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
        case FUNCTION -> field == 7 ? NODE : field == 11 ? ATTRIBUTE : null;
        case TENSOR -> field == 13 ? ENTRY : null;
        case ENTRY -> null;
      };
    }

    /** Whether the message in this field may come once only: a second one would be merged in. */
    boolean once(int field) {
      return switch (this) {
        case MODEL -> field == 7;
        case TRAINING, SPARSE_TENSOR -> field == 1 || field == 2;
        case ATTRIBUTE -> field == 5 || field == 6 || field == 22;
        default -> false;
      };
    }
  }

  /** What a message has said so far: its fields may come in any order. */
  private static final class Said {
    private final Set<Integer> once = new TreeSet<>();
    private final OnnxTensorClaim tensor = new OnnxTensorClaim();
    private String domain = "";
    private String operator = "";
    private String key = "";
    private String value = "";
  }

  private Said message(Kind kind, long length, int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw new IOException("found messages nested deeper than " + MAX_DEPTH);
    }
    long end = position + length;
    Said said = new Said();
    while (position < end) {
      long tag = varint();
      int field = (int) (tag >>> 3);
      if (tag >>> 32 != 0 || field == 0) {
        throw new IOException("found a field without a number");
      }
      switch ((int) (tag & 7)) {
        case 0 -> number(kind, field, varint(), said);
        case 1 -> scalar(kind, field, Long.BYTES, said);
        case 5 -> scalar(kind, field, Integer.BYTES, said);
        case 2 -> {
          long size = varint();
          if (size < 0 || size > end - position) {
            throw new IOException("found a field longer than its message");
          }
          delimited(kind, field, size, said, depth);
        }
        default -> throw new IOException("found a field of an unknown type");
      }
    }
    if (position > end) {
      throw new IOException("found a field longer than its message");
    }
    ended(kind, said);
    return said;
  }

  private void delimited(Kind kind, int field, long size, Said said, int depth) throws IOException {
    Kind inner = kind.inside(field);
    if (inner != null) {
      if (kind.once(field) && !said.once.add(field)) {
        throw new IOException("found a message twice that may be there once");
      }
      Said told = message(inner, size, depth + 1);
      if (inner == Kind.ENTRY) {
        said.tensor.entry(told.key, told.value);
      }
    } else if (kind == Kind.NODE && field == 7) {
      said.domain = text(size);
    } else if (kind == Kind.NODE && field == 4) {
      said.operator = text(size);
    } else if (kind == Kind.ENTRY && field == 1) {
      said.key = text(size);
    } else if (kind == Kind.ENTRY && field == 2) {
      said.value = text(size);
    } else if (isShape(kind, field)) {
      long end = position + size;
      while (position < end) {
        said.tensor.dimension(varint());
      }
    } else {
      skip(size);
      if (kind == Kind.TENSOR && OnnxTensorClaim.isData(field)) {
        // One more: texts may be empty, and each comes in a field of its own.
        said.tensor.data(size + 1);
      }
    }
  }

  private static boolean isShape(Kind kind, int field) {
    return (kind == Kind.TENSOR && field == 1) || (kind == Kind.SPARSE_TENSOR && field == 3);
  }

  private static void number(Kind kind, int field, long value, Said said) throws IOException {
    if (isShape(kind, field)) {
      said.tensor.dimension(value);
    } else if (kind == Kind.TENSOR && field == 14) {
      said.tensor.external(value == 1);
    } else if (kind == Kind.TENSOR && OnnxTensorClaim.isData(field)) {
      said.tensor.data(1);
    }
  }

  private void scalar(Kind kind, int field, int bytes, Said said) throws IOException {
    skip(bytes);
    if (kind == Kind.TENSOR && OnnxTensorClaim.isData(field)) {
      said.tensor.data(bytes);
    }
  }

  private void ended(Kind kind, Said said) throws IOException {
    switch (kind) {
      case NODE -> {
        domains.add(said.domain);
        operators.add(said.operator);
      }
      case TENSOR -> {
        External elsewhere = said.tensor.elsewhere();
        if (elsewhere != null) {
          external.add(elsewhere);
        }
      }
      case SPARSE_TENSOR -> said.tensor.checkDense();
      default -> {
        // Nothing to add up.
      }
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
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IOException("found a name that is no UTF-8", e);
    }
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
