package dev.prefstream.scorer.loop;

/**
 * Tokens that keep all devices busy while the loop commits and takes nothing in. A slow model needs
 * few, one that costs next to nothing needs thousands of rows: so it follows the rate at which rows
 * were finished and the time that the last commit took. One thread uses it.
 */
final class QueueBudget {

  /** Rows of some hundred bytes: a few MiB for each of the budgets that may wait. */
  private static final long MOST = 1 << 20;

  private final long least;
  private long tokens;

  /**
   * @param least tokens, whatever the rate
   */
  QueueBudget(long least) {
    this.least = least;
    this.tokens = least;
  }

  long tokens() {
    return tokens;
  }

  /**
   * An epoch was committed.
   *
   * @param epochTokens of its rows, estimated
   * @param sinceNanos from the begin of the commit before to the begin of this one, above 0
   * @param commitNanos how long this commit took
   */
  void committed(long epochTokens, long sinceNanos, long commitNanos) {
    double meanwhile = (double) epochTokens / Math.max(1, sinceNanos) * commitNanos;
    tokens = Math.max(least, Math.min(MOST, (long) meanwhile));
  }
}
