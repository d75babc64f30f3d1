package dev.prefstream.scorer.pack;

import java.util.Collection;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Collects rows and says what goes to the device next. Of the lanes that wait, the one of higher
 * priority goes first, but none is passed over more than {@link Packing#maxTurns} times in a row.
 *
 * <p>Not safe for use by many threads.
 */
public final class Packer<R> {

  private static final class Waiting<R> {
    final LaneQueue<R> queue;
    int passedOver;

    Waiting(Lane lane) {
      this.queue = new LaneQueue<>(lane);
    }
  }

  private final Map<Lane, Waiting<R>> lanes = new IdentityHashMap<>();
  private Packing packing;
  private long added;

  public Packer(Packing packing) {
    this.packing = packing;
  }

  public Packing packing() {
    return packing;
  }

  /** From the next batch on. */
  public void packing(Packing changed) {
    this.packing = changed;
  }

  /**
   * Adds a row.
   *
   * @param cost tokens, at least 1
   */
  public void add(Lane lane, R row, int cost, long nowNanos) {
    if (cost < 1) {
      throw new IllegalArgumentException("cost = " + cost + ": must be at least 1");
    }
    lanes.computeIfAbsent(lane, Waiting::new).queue.add(row, cost, nowNanos, added++);
  }

  /**
   * The next batch, when one is to go.
   *
   * @param idle whether the device waits for work: then whatever there is goes at once; else a
   *     batch goes when it is full or its oldest row has waited {@link Packing#maxWaitNanos}
   */
  public Optional<Batch<R>> next(long nowNanos, boolean idle) {
    Optional<Waiting<R>> chosen =
        lanes.values().stream()
            .filter(lane -> idle || due(lane.queue, nowNanos))
            .min(
                Comparator.<Waiting<R>>comparingInt(
                        lane -> lane.passedOver >= packing.maxTurns() ? -lane.passedOver : 0)
                    .thenComparingInt(lane -> lane.queue.lane.priority())
                    .thenComparingLong(lane -> lane.queue.oldestNumber()));
    return chosen.map(this::take);
  }

  /** When the next batch is due though the device is busy; empty when nothing waits. */
  public OptionalLong dueNanos() {
    return lanes.values().stream()
        .mapToLong(
            lane ->
                lane.queue.full(packing)
                    ? lane.queue.oldestNanos()
                    : lane.queue.oldestNanos() + packing.maxWaitNanos())
        .min();
  }

  /** Removes the rows that the predicate names. */
  public void removeIf(Predicate<R> unwanted) {
    lanes.values().forEach(lane -> lane.queue.removeIf(unwanted));
    lanes.values().removeIf(lane -> lane.queue.isEmpty());
  }

  /** Tokens that wait, padding not counted. */
  public long tokens() {
    return lanes.values().stream().mapToLong(lane -> lane.queue.tokens()).sum();
  }

  /** Rows that wait. */
  public int rows() {
    return lanes.values().stream().mapToInt(lane -> lane.queue.rows()).sum();
  }

  /** Lanes in which rows wait. */
  public Collection<Lane> waiting() {
    return lanes.keySet();
  }

  private boolean due(LaneQueue<R> queue, long nowNanos) {
    return queue.full(packing) || nowNanos - queue.oldestNanos() >= packing.maxWaitNanos();
  }

  private Batch<R> take(Waiting<R> chosen) {
    Batch<R> batch = chosen.queue.take(packing);
    lanes.values().forEach(lane -> lane.passedOver++);
    chosen.passedOver = 0;
    if (chosen.queue.isEmpty()) {
      lanes.remove(chosen.queue.lane);
    }
    return batch;
  }
}
