package dev.prefstream.scorer.loop;

/**
 * When an epoch is committed. With nothing else under way: at once. Under load: after {@code
 * minNanos}, stretched so that commits take a fifth of the loop's time at most, but no longer than
 * {@code maxNanos}. With more input than the devices can take: after {@code maxNanos}, since what
 * waits is late anyway and every commit takes the machine's time from the model. Or when {@code
 * maxRecords} are ready. Pure.
 *
 * @param minNanos shortest time from one commit to the next while more work is under way
 * @param maxNanos longest time that a finished row waits for its commit, at least {@code minNanos}
 * @param maxRecords most records in one transaction, at least 1
 */
record EpochPolicy(long minNanos, long maxNanos, int maxRecords) {

  private static final int STRETCH = 4;

  /**
   * @param ready rows that could be committed
   * @param underWay rows that are not finished
   * @param sinceCommitNanos since the last commit was begun
   * @param lastCommitNanos how long the last commit took
   * @param saturated whether input was held back since the last commit
   */
  boolean due(
      int ready, int underWay, long sinceCommitNanos, long lastCommitNanos, boolean saturated) {
    if (ready == 0) {
      return false;
    }
    return underWay == 0
        || ready >= maxRecords
        || sinceCommitNanos >= intervalNanos(lastCommitNanos, saturated);
  }

  private long intervalNanos(long lastCommitNanos, boolean saturated) {
    return saturated
        ? maxNanos
        : Math.min(maxNanos, Math.max(minNanos, (STRETCH + 1) * lastCommitNanos));
  }
}
