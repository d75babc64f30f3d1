package dev.prefstream.scorer.pack;

/**
 * How rows are packed. The unit of cost is one token of one row, padding counted: what a device
 * works through.
 *
 * @param tokenBudget most padded tokens in a batch, at least 1; a single longer row goes alone
 * @param maxRows most rows in a batch, at least 1
 * @param maxWaitNanos how long a row may wait for company while the device is busy, 0 or more
 * @param launchTokens what a device call costs beside its tokens, in tokens, 0 or more: the higher,
 *     the more padding is taken into the bargain for a fuller batch
 * @param maxPassedOver how many batches of its queue may leave before a row that was there already,
 *     at least 0
 * @param maxTurns how many batches in a row other queues may take while a queue waits, at least 1
 */
public record Packing(
    int tokenBudget,
    int maxRows,
    long maxWaitNanos,
    int launchTokens,
    int maxPassedOver,
    int maxTurns) {

  public Packing {
    require(tokenBudget >= 1, "tokenBudget", tokenBudget, "at least 1");
    require(maxRows >= 1, "maxRows", maxRows, "at least 1");
    require(maxWaitNanos >= 0, "maxWaitNanos", maxWaitNanos, "0 or more");
    require(launchTokens >= 0, "launchTokens", launchTokens, "0 or more");
    require(maxPassedOver >= 0, "maxPassedOver", maxPassedOver, "0 or more");
    require(maxTurns >= 1, "maxTurns", maxTurns, "at least 1");
  }

  /** The same with another budget. */
  public Packing withTokenBudget(int tokens) {
    return new Packing(tokens, maxRows, maxWaitNanos, launchTokens, maxPassedOver, maxTurns);
  }

  private static void require(boolean ok, String name, long found, String expected) {
    if (!ok) {
      throw new IllegalArgumentException(name + " = " + found + ": must be " + expected);
    }
  }
}
