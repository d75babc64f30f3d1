package dev.prefstream.benchmarks.drift;

import dev.prefstream.drift.detect.Jump;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The watch for jumps while there is no reference, as the stage runs it. */
final class JumpWatch extends ScoreStreamWatch {

  private static final double HOURS = 24;

  private final double hourly;
  private final double runLength;
  private final double[] newest = new double[2 * RunLengths.WINDOW];
  private int seen;

  /**
   * @param aDay scores that the stream brings a day
   * @param runLength values between two false alarms, at least
   */
  JumpWatch(ScoreStream stream, int aDay, double runLength) {
    super(stream);
    this.hourly = aDay / HOURS;
    this.runLength = runLength;
  }

  @Override
  void restart() {
    seen = 0;
  }

  @Override
  @Nullable String take(double score) {
    if (seen == newest.length) {
      System.arraycopy(newest, Jump.EVERY, newest, 0, seen - Jump.EVERY);
      seen -= Jump.EVERY;
    }
    newest[seen++] = score;
    if (seen % Jump.EVERY != 0) {
      return null;
    }
    Jump.Reading reading =
        Jump.read(Arrays.copyOf(newest, seen), hourly, RunLengths.WINDOW, false, runLength);
    if (reading == null || reading.finding().share() <= 1) {
      return null;
    }
    restart();
    return Jump.NAME;
  }
}
