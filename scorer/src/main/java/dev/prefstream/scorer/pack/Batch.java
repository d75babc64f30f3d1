package dev.prefstream.scorer.pack;

import java.util.List;

/**
 * Rows for one device call, longest first.
 *
 * @param tokens sum of the rows' costs
 * @param paddedLength length every row is padded to
 */
public record Batch<R>(Lane lane, List<R> rows, long tokens, int paddedLength) {

  /** What the device works through. */
  public long paddedTokens() {
    return (long) paddedLength * rows.size();
  }
}
