package dev.prefstream.scorer.onnx;

/**
 * Rounds lengths up so that a device sees few shapes: eight to each doubling, none further apart
 * than an eighth. Pure.
 */
public final class PaddedLengths {

  private static final int SMALLEST_STEP = 8;

  private PaddedLengths() {}

  /**
   * @param length 1 to {@code max}
   */
  public static int round(int length, int max) {
    int step = Math.max(SMALLEST_STEP, Integer.highestOneBit(length) / 8);
    return Math.min(max, (length + step - 1) / step * step);
  }
}
