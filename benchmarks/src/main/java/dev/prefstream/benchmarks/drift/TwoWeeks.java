package dev.prefstream.benchmarks.drift;

import dev.prefstream.drift.detect.HourOfWeek;
import dev.prefstream.drift.detect.HourlyScores;
import dev.prefstream.drift.detect.HourlyVolume;
import dev.prefstream.drift.detect.ReferenceLearning;
import dev.prefstream.drift.detect.Weekend;
import java.util.Arrays;

/**
 * What the stage knows of a stream that follows the clock once two weeks were seen, at its default
 * settings. A fast stream has a reference of working days, which takes the hours of the week from
 * then on; a slow one learns its reference with the hours of the week, when two weeks are over.
 *
 * @param season what hours of the week add
 * @param learning of the reference
 */
record TwoWeeks(HourOfWeek season, ReferenceLearning learning) {

  private static final int DAYS = 14;
  private static final int A_DAY = 24;
  private static final int TWICE = 2;

  /** Some scores and their event times. */
  @SuppressWarnings("ArrayRecordComponent") // Not compared; read once.
  private record Scores(double[] values, long[] times) {

    Scores range(int from, int to) {
      return new Scores(Arrays.copyOfRange(values, from, to), Arrays.copyOfRange(times, from, to));
    }

    HourlyScores hours() {
      return HourlyScores.of(values, times);
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
    boolean ofWorkingDays = ends < all.values.length;
    Scores newest = all.range(ends - ScoreWatch.REFERENCE, ends);
    HourlyScores hours = all.range(0, ends).hours();
    long span = ofWorkingDays ? (long) ends * A_DAY / aDay : HourOfWeek.TWO_WEEKS;
    HourOfWeek.Learnt cycle =
        HourOfWeek.learn(
            ofWorkingDays ? hours.ofWorkingDays() : hours, span, newest.values, newest.times);
    HourOfWeek season =
        ofWorkingDays
            ? HourOfWeek.learn(all.hours(), HourOfWeek.TWO_WEEKS, cycle.noise())
                .season()
                .onTheLevelOf(cycle.season(), all.hours())
            : cycle.season();
    return new TwoWeeks(
        season,
        new ReferenceLearning(cycle, newest.values, newest.times, window, runLength, false, false));
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
