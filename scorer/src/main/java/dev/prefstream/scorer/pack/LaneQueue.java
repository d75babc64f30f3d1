package dev.prefstream.scorer.pack;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one lane that wait, in classes of like length, first come first in each class.
 *
 * <p>A batch is a run of classes, taken downwards from the class of its longest row. The run whose
 * real tokens make up the largest share of what the device pays (padded tokens and launch) wins, so
 * a row much longer than the others, or much shorter, waits for its like. It waits for a bounded
 * number of batches: then the oldest row decides where the run begins.
 */
final class LaneQueue<R> {

  private record Entry<R>(R row, int cost, long arrivedNanos, long number, long leftBefore) {}

  private static final class LengthClass<R> {
    final ArrayDeque<Entry<R>> entries = new ArrayDeque<>();
    long tokens;
  }

  /**
   * A batch that could go: the class of its longest row, how many rows, and the share of real
   * tokens in what the device would pay.
   */
  private record Choice(int longestClass, int rows, double share) {}

  final Lane lane;
  private final NavigableMap<Integer, LengthClass<R>> classes = new TreeMap<>();
  private long batchesLeft;
  private long tokens;
  private int rows;

  LaneQueue(Lane lane) {
    this.lane = lane;
  }

  void add(R row, int cost, long nowNanos, long number) {
    LengthClass<R> like = classes.computeIfAbsent(classOf(cost), key -> new LengthClass<>());
    like.entries.addLast(new Entry<>(row, cost, nowNanos, number, batchesLeft));
    like.tokens += cost;
    tokens += cost;
    rows++;
  }

  boolean isEmpty() {
    return rows == 0;
  }

  int rows() {
    return rows;
  }

  long tokens() {
    return tokens;
  }

  /** Number of the row that waits longest; the queue is not empty. */
  long oldestNumber() {
    return oldest().number;
  }

  /** When the row that waits longest arrived; the queue is not empty. */
  long oldestNanos() {
    return oldest().arrivedNanos;
  }

  /** Whether what waits fills a batch. */
  boolean full(Packing packing) {
    return tokens >= packing.tokenBudget() || rows >= packing.maxRows();
  }

  /** Takes the best batch out; the queue is not empty. */
  Batch<R> take(Packing packing) {
    Entry<R> oldest = oldest();
    boolean due = batchesLeft - oldest.leftBefore >= packing.maxPassedOver();
    Choice choice = due ? from(classOf(oldest.cost), packing) : best(packing);
    List<R> taken = new ArrayList<>(choice.rows);
    long real = 0;
    int longest = 0;
    Integer next = choice.longestClass;
    while (taken.size() < choice.rows && next != null) {
      LengthClass<R> like = classes.get(next);
      while (like != null && !like.entries.isEmpty() && taken.size() < choice.rows) {
        Entry<R> entry = like.entries.removeFirst();
        like.tokens -= entry.cost;
        real += entry.cost;
        longest = Math.max(longest, entry.cost);
        taken.add(entry.row);
      }
      if (like != null && like.entries.isEmpty()) {
        classes.remove(next);
      }
      next = classes.lowerKey(next);
    }
    rows -= taken.size();
    tokens -= real;
    batchesLeft++;
    return new Batch<>(lane, taken, real, lane.paddedLength(longest));
  }

  /** Removes the rows that the predicate names. */
  void removeIf(Predicate<R> unwanted) {
    Iterator<LengthClass<R>> all = classes.values().iterator();
    while (all.hasNext()) {
      LengthClass<R> like = all.next();
      like.entries.removeIf(
          entry -> {
            boolean remove = unwanted.test(entry.row);
            if (remove) {
              like.tokens -= entry.cost;
              tokens -= entry.cost;
              rows--;
            }
            return remove;
          });
      if (like.entries.isEmpty()) {
        all.remove();
      }
    }
  }

  private Choice best(Packing packing) {
    Choice best = null;
    for (int longest : classes.descendingKeySet()) {
      Choice choice = from(longest, packing);
      if (best == null || choice.share > best.share) {
        best = choice;
      }
    }
    if (best == null) {
      throw new IllegalStateException("no batch from an empty queue");
    }
    return best;
  }

  /** The number of rows, from this class downwards, with the largest share of real tokens. */
  private Choice from(int longestClass, Packing packing) {
    int padded = lane.paddedLength(longestClass);
    int room = Math.max(1, Math.min(packing.maxRows(), packing.tokenBudget() / padded));
    Choice choice = new Choice(longestClass, 0, 0);
    double real = 0;
    for (LengthClass<R> like : classes.headMap(longestClass, true).descendingMap().values()) {
      int more = Math.min(like.entries.size(), room - choice.rows);
      real += (double) like.tokens * more / like.entries.size();
      int count = choice.rows + more;
      double share = real / (packing.launchTokens() + (double) padded * count);
      if (choice.rows > 0 && share < choice.share) {
        break;
      }
      choice = new Choice(longestClass, count, share);
      if (count == room) {
        break;
      }
    }
    return choice;
  }

  private Entry<R> oldest() {
    @Nullable Entry<R> oldest = null;
    for (LengthClass<R> like : classes.values()) {
      Entry<R> first = like.entries.getFirst();
      if (oldest == null || first.number < oldest.number) {
        oldest = first;
      }
    }
    if (oldest == null) {
      throw new IllegalStateException("no oldest row in an empty queue");
    }
    return oldest;
  }

  /** Upper bound of the class of lengths: eight to each doubling. */
  private static int classOf(int cost) {
    int step = Math.max(8, Integer.highestOneBit(cost) / 8);
    return (cost + step - 1) / step * step;
  }
}
