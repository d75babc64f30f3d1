package dev.prefstream.benchmarks.drift;

import dev.prefstream.drift.detect.HourOfWeek;
import dev.prefstream.drift.detect.HourlyScores;
import dev.prefstream.drift.detect.HourlyVolume;
import dev.prefstream.drift.detect.Reference;
import dev.prefstream.drift.detect.ReferenceLearning;
import dev.prefstream.drift.detect.ScoreGrid;
import dev.prefstream.drift.detect.Weekend;
import java.util.Arrays;

/**
 * What the stage knows of a stream that follows the clock once two weeks were seen, at its default
 * settings. A fast stream has a reference of working days, which takes the hours of the week from
 * then on, and thresholds of the newest scores; a slow one learns its reference with the hours of
 * the week, when two weeks are over.
 *
 * @param season what hours of the week add
 * @param reference what is compared with
 * @param grid its distribution
 */
record TwoWeeks(HourOfWeek season, Reference reference, ScoreGrid grid) {

  private static final int DAYS = 14;
  private static final int A_DAY = 24;
  private static final int TWICE = 2;

  /** Some scores and their event times. */
  @SuppressWarnings("ArrayRecordComponent") // Not compared; read once.
  private record Scores(double[] values, long[] times) {

    Scores range(int from, int to) {
      return new Scores(Arrays.copyOfRange(values, from, to), Arrays.copyOfRange(times, from, to));
    }

    /** As many as a reference is made of, before the one with a number. */
    Scores newest(int end) {
      return range(end - ScoreWatch.REFERENCE, end);
    }

    HourlyScores hours() {
      return HourlyScores.of(values, times);
    }

    ReferenceLearning learning(HourOfWeek.Learnt cycle, int window, double runLength) {
      return new ReferenceLearning(cycle, values, times, window, runLength, false, false);
    }
  }

  /**
   * Takes the stream's next two weeks.
   *
   * @param aDay scores that it brings a day
   * @param window values in the window whose distribution is compared
   * @param runLength values between two false alarms
   */
  static TwoWeeks of(ScoreStream stream, int aDay, int window, double runLength) {
    Scores all = new Scores(new double[DAYS * aDay], new long[DAYS * aDay]);
    for (int i = 0; i < all.values.length; i++) {
      all.values[i] = stream.next();
      all.times[i] = stream.time();
    }
    int ends = endOfReference(all, aDay);
    Scores newest = all.newest(all.values.length);
    HourOfWeek.Learnt week =
        HourOfWeek.learn(all.hours(), HourOfWeek.TWO_WEEKS, newest.values, newest.times);
    ReferenceLearning learning = newest.learning(week, window, runLength);
    if (ends == all.values.length) {
      return new TwoWeeks(week.season(), learning.finish(), learning.grid());
    }
    Scores first = all.newest(ends);
    HourOfWeek.Learnt day =
        HourOfWeek.learn(
            all.range(0, ends).hours().ofWorkingDays(),
            (long) ends * A_DAY / aDay,
            first.values,
            first.times);
    ReferenceLearning ofWorkingDays = first.learning(day, window, runLength);
    return new TwoWeeks(
        week.season().onTheLevelOf(day.season(), all.hours()),
        ofWorkingDays.finish().withThresholdsOf(learning.finish()),
        ofWorkingDays.grid());
  }

  /** The first hour at which the newest scores are of working days that tell hours apart. */
  private static int endOfReference(Scores all, int aDay) {
    int hourly = aDay / A_DAY;
    for (int end = ScoreWatch.REFERENCE; end < all.values.length; end += hourly) {
      long now = HourlyVolume.hour(all.times[end]);
      long oldest = HourlyVolume.hour(all.times[end - ScoreWatch.REFERENCE]);
      if (!Weekend.touches(oldest, now)
          && all.range(0, end).hours().seen().workingDays(now) >= TWICE) {
        return end;
      }
    }
    return all.values.length;
  }
}
