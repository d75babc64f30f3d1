package dev.prefstream.cli.publish;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Where lines come from: a file, plain or gzip (told by its first bytes, not by its name), or a
 * stream that can be read once.
 */
public final class Source {

  private static final int GZIP_MAGIC = 0x1f8b;
  private static final int BUFFER = 1 << 16;

  private final String name;
  private final String identity;
  private final @Nullable Path file;
  private final @Nullable InputStream stream;
  private final long size;
  private final AtomicLong read = new AtomicLong();

  private Source(
      String name, String identity, @Nullable Path file, @Nullable InputStream stream, long size) {
    this.name = name;
    this.identity = identity;
    this.file = file;
    this.stream = stream;
    this.size = size;
  }

  /**
   * A file. Reads it once to know it again by its content.
   *
   * @throws IOException when it cannot be read
   */
  public static Source file(Path file) throws IOException {
    Path fileName = file.getFileName();
    String name = fileName == null ? file.toString() : fileName.toString();
    return new Source(name, name + ":" + Sha256.of(file), file, null, Files.size(file));
  }

  /** A stream that ends, such as standard input. It cannot be resumed. */
  public static Source stream(String name, InputStream stream) {
    return new Source(name, name + ":" + UUID.randomUUID(), null, stream, -1);
  }

  /** Name for people, without folders. */
  public String name() {
    return name;
  }

  /** The name and the SHA-256 of the content: equal for equal files, other than any other. */
  public String identity() {
    return identity;
  }

  /** Whether a second run reads the same lines. */
  public boolean repeatable() {
    return file != null;
  }

  /** Bytes in all, compressed where the file is; -1 when that cannot be known. */
  public long size() {
    return size;
  }

  /** Bytes read so far, in the same measure. May be called from any thread. */
  public long read() {
    return read.get();
  }

  /** The content, unpacked. The caller closes it. */
  public InputStream open() throws IOException {
    read.set(0);
    InputStream raw = file != null ? Files.newInputStream(file) : stream;
    BufferedInputStream counted = new BufferedInputStream(new Counting(raw, read), BUFFER);
    counted.mark(2);
    int magic = counted.read() << 8 | counted.read();
    counted.reset();
    return magic == GZIP_MAGIC ? new GZIPInputStream(counted, BUFFER) : counted;
  }

  private static final class Counting extends FilterInputStream {
    private final AtomicLong count;

    Counting(@Nullable InputStream in, AtomicLong count) {
      super(in);
      this.count = count;
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      count.addAndGet(value < 0 ? 0 : 1);
      return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int got = super.read(bytes, offset, length);
      count.addAndGet(Math.max(0, got));
      return got;
    }
  }
}
