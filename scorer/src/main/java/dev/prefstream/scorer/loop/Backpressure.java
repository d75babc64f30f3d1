package dev.prefstream.scorer.loop;

/**
 * Whether input is taken: not any more from {@code high} queued tokens on, again from {@code low}
 * down. One thread uses it.
 */
final class Backpressure {

  private static final int STOP_AT_BUDGETS = 4;
  private static final int RESUME_AT_BUDGETS = 2;

  private boolean stopped;

  /**
   * Whether to take input now.
   *
   * @param queuedTokens what waits
   * @param budget tokens that keep all devices busy for a commit's time or more
   */
  boolean accepts(long queuedTokens, long budget) {
    if (queuedTokens >= STOP_AT_BUDGETS * budget) {
      stopped = true;
    } else if (queuedTokens <= RESUME_AT_BUDGETS * budget) {
      stopped = false;
    }
    return !stopped;
  }
}
