package dev.prefstream.embedded.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that holds every change: one JSON array of events on a line, added at the end and on
 * disk before {@link #append} returns. A last line that a kill tore was never answered for, and is
 * cut off. Not for use by several threads at once.
 */
final class RegistryJournal implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RegistryJournal.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<List<RegistryEvent>> EVENTS = new TypeReference<>() {};
  private static final ObjectWriter WRITER = JSON.writerFor(EVENTS);

  private final Path file;
  private final FileChannel channel;
  private final List<RegistryEvent> kept;
  private long end;
  private boolean broken;

  private RegistryJournal(Path file, FileChannel channel, List<RegistryEvent> kept, long end) {
    this.file = file;
    this.channel = channel;
    this.kept = kept;
    this.end = end;
  }

  /**
   * Opens the file, creating it where it is missing.
   *
   * @throws IOException when it cannot be read and written, or a line before the last is damaged;
   *     the message names file and line
   */
  static RegistryJournal open(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      List<RegistryEvent> events = new ArrayList<>();
      byte[] bytes = Files.readAllBytes(file);
      int good = read(file, bytes, events);
      if (good < bytes.length) {
        log.atWarn()
            .addKeyValue("file", file)
            .addKeyValue("bytes", bytes.length - good)
            .log("cut off the last line, which was not written to its end");
        channel.truncate(good);
        channel.force(true);
      }
      syncFolder(file);
      return new RegistryJournal(file, channel, events, good);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** What the file held when it was opened, in order. */
  List<RegistryEvent> kept() {
    return kept;
  }

  /**
   * Adds the events of one change, all or none, and blocks until they are on disk.
   *
   * @throws IOException when they cannot be written; the change must not be made then
   */
  void append(List<RegistryEvent> events) throws IOException {
    if (broken) {
      throw new IOException(file + " could not be written before; start again to read it anew");
    }
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    line.write(WRITER.writeValueAsBytes(events));
    line.write('\n');
    ByteBuffer bytes = ByteBuffer.wrap(line.toByteArray());
    try {
      long at = end;
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
      channel.force(false);
      end = at;
    } catch (IOException e) {
      // What the disk holds now is unknown, so no further change may be added behind it.
      broken = true;
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /**
   * Reads all complete lines.
   *
   * @return number of bytes up to the end of the last good line
   */
  private static int read(Path file, byte[] bytes, List<RegistryEvent> events) throws IOException {
    int start = 0;
    for (int number = 1; start < bytes.length; number++) {
      int stop = start;
      while (stop < bytes.length && bytes[stop] != '\n') {
        stop++;
      }
      if (stop == bytes.length) {
        return start;
      }
      String line = new String(bytes, start, stop - start, UTF_8);
      try {
        events.addAll(JSON.readValue(line, EVENTS));
      } catch (JsonProcessingException e) {
        if (stop + 1 == bytes.length) {
          return start;
        }
        throw new IOException(
            "line %d of %s is damaged (%s): put back a copy of the file, or move it away to start empty"
                .formatted(number, file, e.getOriginalMessage()),
            e);
      }
      start = stop + 1;
    }
    return start;
  }

  /** A new file survives a crash only when its folder's entry is on disk too. */
  private static void syncFolder(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      return;
    }
    try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
      entries.force(true);
    } catch (IOException e) {
      log.atDebug().setCause(e).log("this platform cannot sync a folder");
    }
  }
}
