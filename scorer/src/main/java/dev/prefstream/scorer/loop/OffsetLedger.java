package dev.prefstream.scorer.loop;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What was polled and is not committed yet, in offset order for each partition. Pure; one thread
 * uses it, {@code done} may change under it from false to true.
 *
 * @param <P> a partition
 * @param <R> a row
 */
final class OffsetLedger<P, R> {

  private record Entry<R>(long offset, R row) {}

  /** Of one partition: what is finished with nothing unfinished before it, and the rest. */
  private static final class Entries<R> {
    private final ArrayDeque<Entry<R>> ready = new ArrayDeque<>();
    private final ArrayDeque<Entry<R>> underWay = new ArrayDeque<>();

    @Nullable Entry<R> last() {
      return underWay.isEmpty() ? ready.peekLast() : underWay.peekLast();
    }

    int size() {
      return ready.size() + underWay.size();
    }
  }

  /**
   * The finished rows before the first unfinished one of each partition.
   *
   * @param rows in offset order within each partition
   * @param next for each partition with rows the offset after its last
   * @param last for each partition with rows its last
   */
  record Epoch<P, R>(List<R> rows, Map<P, Long> next, Map<P, R> last) {}

  private final Predicate<R> done;
  private final Map<P, Entries<R>> partitions = new LinkedHashMap<>();
  private int size;

  OffsetLedger(Predicate<R> done) {
    this.done = done;
  }

  /**
   * @throws IllegalArgumentException when the offset is not above those before it
   */
  void add(P partition, long offset, R row) {
    Entries<R> entries = partitions.computeIfAbsent(partition, key -> new Entries<>());
    Entry<R> last = entries.last();
    if (last != null && offset <= last.offset) {
      throw new IllegalArgumentException(
          "%s: found offset %d after %d, expected rising offsets"
              .formatted(partition, offset, last.offset));
    }
    entries.underWay.addLast(new Entry<>(offset, row));
    size++;
  }

  /** Rows polled and not committed. */
  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  boolean isEmpty(P partition) {
    return !partitions.containsKey(partition);
  }

  /** How many rows an epoch of now would have, counted up to {@code most}. */
  int ready(int most) {
    int ready = 0;
    for (Entries<R> entries : partitions.values()) {
      while (!entries.underWay.isEmpty() && done.test(entries.underWay.getFirst().row)) {
        entries.ready.addLast(entries.underWay.removeFirst());
      }
      ready += entries.ready.size();
    }
    return Math.min(ready, most);
  }

  /** The epoch of now; the rows stay until {@link #remove} takes them out. */
  Epoch<P, R> epoch(int most) {
    List<R> rows = new ArrayList<>(ready(most));
    Map<P, Long> next = new HashMap<>();
    Map<P, R> last = new HashMap<>();
    partitions.forEach(
        (partition, entries) -> {
          for (Entry<R> entry : entries.ready) {
            if (rows.size() == most) {
              break;
            }
            rows.add(entry.row);
            next.put(partition, entry.offset + 1);
            last.put(partition, entry.row);
          }
        });
    return new Epoch<>(rows, next, last);
  }

  /**
   * Takes out what the epoch holds, once it is committed. Its partitions go behind the others, so
   * that one that always has a full epoch ready does not keep the rest waiting.
   */
  void remove(Epoch<P, R> epoch) {
    epoch.next.forEach(
        (partition, next) -> {
          @Nullable Entries<R> entries = partitions.remove(partition);
          while (entries != null
              && !entries.ready.isEmpty()
              && entries.ready.getFirst().offset < next) {
            entries.ready.removeFirst();
            size--;
          }
          if (entries != null && entries.size() > 0) {
            partitions.put(partition, entries);
          }
        });
  }

  /** Forgets partitions; gives back their rows. */
  List<R> forget(Collection<P> lost) {
    List<R> forgotten = new ArrayList<>();
    for (P partition : lost) {
      Entries<R> entries = partitions.remove(partition);
      if (entries != null) {
        entries.ready.forEach(entry -> forgotten.add(entry.row));
        entries.underWay.forEach(entry -> forgotten.add(entry.row));
        size -= entries.size();
      }
    }
    return forgotten;
  }

  /** Forgets everything; gives back the rows. */
  List<R> clear() {
    return forget(List.copyOf(partitions.keySet()));
  }

  /** Whether everything of these partitions is finished. */
  boolean finished(Collection<P> asked) {
    return asked.stream()
        .map(partitions::get)
        .allMatch(
            entries ->
                entries == null || entries.underWay.stream().allMatch(e -> done.test(e.row)));
  }
}
