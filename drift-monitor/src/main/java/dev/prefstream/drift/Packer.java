package dev.prefstream.drift;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes the small binary values this stage keeps in its store and its repartition topic. Whole
 * numbers take as many bytes as they need (zigzag, 7 bits a byte). One use, one thread.
 */
final class Packer {

  private byte[] bytes = new byte[256];
  private int size;

  Packer number(long value) {
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & ~0x7FL) != 0) {
      put((byte) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    return put((byte) rest);
  }

  Packer decimal(double value) {
    long bits = Double.doubleToLongBits(value);
    for (int shift = 56; shift >= 0; shift -= 8) {
      put((byte) (bits >>> shift));
    }
    return this;
  }

  Packer single(float value) {
    int bits = Float.floatToIntBits(value);
    for (int shift = 24; shift >= 0; shift -= 8) {
      put((byte) (bits >>> shift));
    }
    return this;
  }

  Packer singles(float[] values) {
    for (float value : values) {
      single(value);
    }
    return this;
  }

  Packer text(String value) {
    return bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  Packer bytes(byte[] value) {
    number(value.length);
    room(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
    return this;
  }

  Packer flag(boolean value) {
    return put((byte) (value ? 1 : 0));
  }

  /** Bytes written so far. */
  int size() {
    return size;
  }

  byte[] packed() {
    return Arrays.copyOf(bytes, size);
  }

  /** What was written into each, one after the other. */
  static byte[] joined(Packer... parts) {
    int all = 0;
    for (Packer part : parts) {
      all += part.size;
    }
    byte[] joined = new byte[all];
    int done = 0;
    for (Packer part : parts) {
      System.arraycopy(part.bytes, 0, joined, done, part.size);
      done += part.size;
    }
    return joined;
  }

  private Packer put(byte value) {
    room(1);
    bytes[size++] = value;
    return this;
  }

  private void room(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
    }
  }

  /** Reads what a {@link Packer} wrote, in the same order. */
  static final class Unpacker {

    private final ByteBuffer bytes;

    Unpacker(byte[] packed) {
      this.bytes = ByteBuffer.wrap(packed);
    }

    long number() {
      long value = 0;
      int shift = 0;
      byte next;
      do {
        next = bytes.get();
        value |= (long) (next & 0x7F) << shift;
        shift += 7;
      } while (next < 0);
      return (value >>> 1) ^ -(value & 1);
    }

    int integer() {
      return Math.toIntExact(number());
    }

    double decimal() {
      return bytes.getDouble();
    }

    float[] singles(int count) {
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = bytes.getFloat();
      }
      return values;
    }

    String text() {
      return new String(bytes(), StandardCharsets.UTF_8);
    }

    byte[] bytes() {
      byte[] value = new byte[integer()];
      bytes.get(value);
      return value;
    }

    boolean flag() {
      return bytes.get() != 0;
    }
  }
}
