package dev.prefstream.drift.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShiftScanTest {

  private static final int AFTER = 35;
  private static final int BEFORE = 140;

  /** Share of windows of the least length whose split reads more than {@code height}. */
  private static double above(double[] values, double skewness, double height) {
    ShiftScan scan = new ShiftScan(values, Noise.fit(values), skewness, AFTER, BEFORE);
    int window = AFTER + BEFORE;
    return IntStream.range(0, (values.length - window) / 5)
            .map(i -> 5 * i)
            .filter(start -> scan.strongest(start, start + window - 1).shift() > height)
            .count()
        / ((values.length - window) / 5.0);
  }

  private static double[] events(int oneIn) {
    Random random = new Random(1);
    return IntStream.range(0, 2_000_000)
        .mapToDouble(i -> random.nextInt(oneIn) == 0 ? 1 : 0)
        .toArray();
  }

  private static double skewness(int oneIn) {
    double rate = 1.0 / oneIn;
    return (1 - 2 * rate) / Math.sqrt(rate * (1 - rate));
  }

  @Test
  void burstsOfRareEventsReadNoMoreThanNormalValuesDo() {
    double[] rare = events(20);

    for (double share : new double[] {0.01, 0.001, 0.0001}) {
      double height = Normal.quantile(1 - share);
      double read = above(rare, skewness(20), height) / share;
      double unskewed = above(rare, 0, height) / share;
      System.out.printf(
          "above %.2f: %.2f times a normal's, %.2f with skewness left out%n",
          height, read, unskewed);
      assertThat(read).isBetween(0.25, 1.2);
    }
  }
}
