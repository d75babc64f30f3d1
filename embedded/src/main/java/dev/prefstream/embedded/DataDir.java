package dev.prefstream.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A folder that one process owns while it is open. The lock is the operating system's, so it goes
 * with the process however that ends; {@code <name>.lock} holds the owner's process id for people.
 */
final class DataDir implements AutoCloseable {

  /** Locked byte, far behind the text, because Windows refuses reads of locked bytes. */
  private static final long LOCKED_BYTE = 1L << 40;

  private final Path path;
  private final FileChannel channel;

  private DataDir(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Creates the folder where it is missing and takes its lock.
   *
   * @param name what is kept in the folder; different names do not exclude each other
   * @throws EmbeddedFailureException when the folder cannot be written or is in use
   */
  static DataDir open(Path folder, String name) {
    Path path = folder.toAbsolutePath().normalize();
    Path file = path.resolve(name + ".lock");
    FileChannel channel = null;
    try {
      Files.createDirectories(path);
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (!lock(channel)) {
        throw new EmbeddedFailureException(
            "data directory %s is in use by %s: stop that process, or choose another directory"
                .formatted(path, owner(channel)),
            null);
      }
      channel.truncate(0);
      channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(UTF_8)), 0);
      return new DataDir(path, channel);
    } catch (IOException e) {
      closeQuietly(channel);
      throw new EmbeddedFailureException(
          "cannot write to data directory %s (%s: %s): it must be a folder this user can write; make it so, or choose another directory"
              .formatted(path, e.getClass().getSimpleName(), e.getMessage()),
          e);
    } catch (EmbeddedFailureException e) {
      closeQuietly(channel);
      throw e;
    }
  }

  /** Absolute path of the folder. */
  Path path() {
    return path;
  }

  /** Gives the lock up. Idempotent. */
  @Override
  public void close() {
    closeQuietly(channel);
  }

  private static boolean lock(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock(LOCKED_BYTE, 1, false);
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static String owner(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(32);
    channel.read(bytes, 0);
    String pid = new String(bytes.array(), 0, bytes.position(), UTF_8).strip();
    if (pid.isEmpty()) {
      return "another process";
    }
    return pid.equals(Long.toString(ProcessHandle.current().pid()))
        ? "this process (pid " + pid + ")"
        : "the process with pid " + pid;
  }

  private static void closeQuietly(@Nullable FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        // The lock ends with the process at the latest.
      }
    }
  }
}
