package dev.prefstream.scorer.loop;

import java.util.List;

/**
 * Opens when too many of the last records were poison: then something is wrong with the model or
 * the input as a whole, and writing it all off record by record would hide it. The share is taken
 * of a whole window of records, also before there were as many, so that the first few cannot open
 * it alone. Immutable.
 */
final class Breaker {

  private final boolean[] poison;
  private final double maxShare;
  private final int next;
  private final int count;

  private Breaker(boolean[] poison, double maxShare, int next, int count) {
    this.poison = poison;
    this.maxShare = maxShare;
    this.next = next;
    this.count = count;
  }

  /**
   * @param window records looked back on, at least 1
   * @param maxShare share of poison above which it opens, in (0, 1]
   */
  static Breaker closed(int window, double maxShare) {
    return new Breaker(new boolean[window], maxShare, 0, 0);
  }

  /** As it is after these records, true for poison, in their order. */
  Breaker after(List<Boolean> records) {
    boolean[] changed = poison.clone();
    int position = next;
    int poisoned = count;
    for (boolean record : records) {
      poisoned += (record ? 1 : 0) - (changed[position] ? 1 : 0);
      changed[position] = record;
      position = (position + 1) % changed.length;
    }
    return new Breaker(changed, maxShare, position, poisoned);
  }

  boolean open() {
    return count > maxShare * poison.length;
  }

  /** What was counted, for people. */
  @Override
  public String toString() {
    return "%d of the last %d records were poison, at most %s of them may be"
        .formatted(count, poison.length, Double.toString(maxShare));
  }
}
