package dev.prefstream.drift;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The newest chunks of the segments that were seen last, unpacked: every full chunk has a window
 * read, and all but one of its chunks were in the window before. Some 25 KB a segment. One thread.
 */
final class RecentChunks {

  /** Segments that are remembered; more are read from the store. */
  static final int SEGMENTS = 64;

  /** Chunks of each: a window of 1,000 predictions and some more. */
  static final int CHUNKS = 64;

  private final Map<String, Slots> segments =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Slots> eldest) {
          return size() > SEGMENTS;
        }
      };

  /** Null where it is not remembered. */
  @Nullable Chunk get(String segment, long number) {
    Slots slots = segments.get(segment);
    return slots == null ? null : slots.get(number);
  }

  /**
   * @param number of the chunk in the segment's present statistics, from 0
   */
  void put(String segment, long number, Chunk chunk) {
    segments.computeIfAbsent(segment, name -> new Slots()).put(number, chunk);
  }

  void forget(String segment) {
    segments.remove(segment);
  }

  private static final class Slots {

    private static final long NONE = -1;

    private final long[] numbers = new long[CHUNKS];
    private final Chunk[] chunks = new Chunk[CHUNKS];

    Slots() {
      Arrays.fill(numbers, NONE);
      Arrays.fill(chunks, Chunk.EMPTY);
    }

    @Nullable Chunk get(long number) {
      int slot = slot(number);
      return numbers[slot] == number ? chunks[slot] : null;
    }

    /** An older one gives way; one that is older than what is there is not kept. */
    void put(long number, Chunk chunk) {
      int slot = slot(number);
      if (numbers[slot] <= number) {
        numbers[slot] = number;
        chunks[slot] = chunk;
      }
    }

    private static int slot(long number) {
      return (int) (number % CHUNKS);
    }
  }
}
