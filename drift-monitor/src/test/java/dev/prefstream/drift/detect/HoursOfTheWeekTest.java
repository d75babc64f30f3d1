package dev.prefstream.drift.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** Weekends, and what hours of the week add. */
class HoursOfTheWeekTest {

  private static final int WEEK = 168;

  @Property
  void itIsWeekendWhereSomeZoneHasSaturdayOrSunday(
      @ForAll @LongRange(min = -1_000_000, max = 1_000_000) long hour) {
    boolean somewhere =
        IntStream.rangeClosed(-12, 14)
            .mapToObj(
                zone ->
                    Instant.ofEpochSecond(hour * 3600)
                        .atOffset(ZoneOffset.ofHours(zone))
                        .getDayOfWeek())
            .anyMatch(day -> day == DayOfWeek.SATURDAY || day == DayOfWeek.SUNDAY);

    assertThat(Weekend.contains(hour)).isEqualTo(somewhere);
  }

  @Property
  void hoursTouchAWeekendWhereOneOfThemIsInIt(
      @ForAll @LongRange(min = -1000, max = 1000) long from,
      @ForAll @IntRange(max = 400) int more) {
    boolean any = IntStream.rangeClosed(0, more).anyMatch(i -> Weekend.contains(from + i));

    assertThat(Weekend.touches(from, from + more)).isEqualTo(any);
  }

  /** From Wednesday noon on it takes until Tuesday noon. */
  @Property
  void twoWorkingDaysPassWithinSixDays(@ForAll @LongRange(min = -1000, max = 1000) long from) {
    assertThat(Weekend.workingDays(from, from + 47, 2)).isLessThan(2);
    assertThat(Weekend.workingDays(from, from + 144, 2)).isEqualTo(2);
  }

  @Property
  void shrinkingKeepsTheSignAndAddsNothing(
      @ForAll @Size(min = 2, max = 200) List<@DoubleRange(min = -1, max = 1) Double> departures,
      @ForAll @DoubleRange(min = 0.01, max = 1) double square) {
    double[] raw = departures.stream().mapToDouble(x -> x).toArray();
    double[] squares = new double[raw.length];
    Arrays.fill(squares, square);
    squares[0] = Double.POSITIVE_INFINITY;

    Effects effects = Effects.shrunk(raw, squares);

    assertThat(effects.offsets()[0]).isZero();
    for (int i = 1; i < raw.length; i++) {
      assertThat(effects.offsets()[i] * raw[i]).isGreaterThanOrEqualTo(0);
      assertThat(Math.abs(effects.offsets()[i])).isLessThanOrEqualTo(Math.abs(raw[i]));
      assertThat(effects.errors()[i]).isLessThanOrEqualTo(Math.sqrt(square));
    }
  }

  /** Two weeks of so many scores an hour, whose means are normal about what the hour adds. */
  private static HourlyScores twoWeeks(
      long seed, int begins, int hourly, IntToDoubleFunction adds) {
    SplittableRandom random = new SplittableRandom(seed);
    HourlyScores hours = new HourlyScores();
    for (int hour = begins; hour < begins + 2 * WEEK; hour++) {
      double mean = 0.5 + adds.applyAsDouble(hour) + sd(hourly) * random.nextGaussian();
      hours.plus(hour, hourly, hourly * mean);
    }
    return hours;
  }

  private static double sd(int hourly) {
    return Math.sqrt(0.05 / hourly);
  }

  private static double daily(int hour) {
    return 0.1 * Math.sin(2 * Math.PI * hour / 24);
  }

  private static double weekly(int hour) {
    int day = hour / 24 % 7;
    return day == 2 || day == 3 ? daily(hour) / 2 - 0.1 : daily(hour);
  }

  private static double furthest(HourOfWeek season, IntToDoubleFunction truth) {
    double mean = IntStream.range(0, WEEK).mapToDouble(truth::applyAsDouble).sum() / WEEK;
    double furthest = 0;
    for (int hour = 0; hour < WEEK; hour++) {
      double offset = season.offsets().isEmpty() ? 0 : season.offsets().get(hour);
      furthest = Math.max(furthest, Math.abs(offset - truth.applyAsDouble(hour) + mean));
    }
    return furthest;
  }

  @Property(tries = 50)
  void noiseAddsNothing(@ForAll long seed, @ForAll @IntRange(max = 167) int begins) {
    HourlyScores hours = twoWeeks(seed, begins, 80, hour -> 0);

    HourOfWeek season = HourOfWeek.learn(hours, 2 * WEEK, 0.05).season();

    assertThat(furthest(season, hour -> 0)).isLessThan(2 * sd(80));
  }

  @Property(tries = 50)
  void whereDaysAreAlikeTheHourOfTheWeekIsThatOfTheDay(
      @ForAll long seed, @ForAll @IntRange(max = 167) int begins) {
    HourlyScores hours = twoWeeks(seed, begins, 80, HoursOfTheWeekTest::daily);

    HourOfWeek season = HourOfWeek.learn(hours, 2 * WEEK, 0.05).season();

    // Each hour of the day was seen fourteen times.
    assertThat(furthest(season, HoursOfTheWeekTest::daily)).isLessThan(6 * sd(80) / Math.sqrt(14));
  }

  @Property(tries = 50)
  void weekendsOfAnotherKindAreLearntWhenTheyWereSeenTwice(
      @ForAll long seed, @ForAll @IntRange(max = 167) int begins) {
    HourlyScores hours = twoWeeks(seed, begins, 500, HoursOfTheWeekTest::weekly);

    HourOfWeek season = HourOfWeek.learn(hours, 2 * WEEK, 0.05).season();

    assertThat(furthest(season, HoursOfTheWeekTest::weekly)).isLessThan(6 * sd(500) / Math.sqrt(2));
  }

  /** 80 scores an hour, of which a part of a day tells less than a day as a whole does. */
  @Example
  void aDayThatFollowsTheHourOfTheDayLessIsLearntAsAWhole() {
    double squares = 0;
    for (int seed = 0; seed < 50; seed++) {
      HourlyScores hours = twoWeeks(seed, 0, 80, HoursOfTheWeekTest::weekly);
      HourOfWeek season = HourOfWeek.learn(hours, 2 * WEEK, 0.05).season();
      double level = IntStream.range(0, WEEK).mapToDouble(HoursOfTheWeekTest::weekly).sum() / WEEK;
      for (int hour = 48; hour < 96; hour++) {
        double wrong = season.offsets().get(hour) - weekly(hour) + level;
        squares += wrong * wrong;
      }
    }

    assertThat(Math.sqrt(squares / 50 / 48)).isLessThan(0.008);
  }

  /** A level that is another one in each week comes again at no hour. */
  @Property(tries = 50)
  void aLevelThatWandersFromWeekToWeekIsNoCycle(@ForAll long seed) {
    SplittableRandom levels = new SplittableRandom(seed);
    double[] days = levels.doubles(14).map(x -> 0.2 * (x - 0.5)).toArray();
    HourlyScores hours = twoWeeks(seed, 0, 500, hour -> days[hour / 24]);

    HourOfWeek season = HourOfWeek.learn(hours, 2 * WEEK, 0.05).season();

    double rms = Math.sqrt(season.offsets().stream().mapToDouble(x -> x * x).sum() / WEEK);
    assertThat(rms).isLessThan(0.2 / Math.sqrt(12));
  }

  @Property(tries = 50)
  void whatHasDriftedSinceIsNoMatterOfTheClock(
      @ForAll @DoubleRange(min = -0.2, max = 0.2) double drifted,
      @ForAll @IntRange(max = 167) int begins) {
    HourlyScores first = twoWeeks(1, begins, 5000, HoursOfTheWeekTest::daily).ofWorkingDays();
    HourOfWeek day = HourOfWeek.learn(first, 48, 0.05).season();
    HourlyScores then = twoWeeks(2, begins, 5000, hour -> weekly(hour) + drifted);

    HourOfWeek week = HourOfWeek.learn(then, 2 * WEEK, 0.05).season().onTheLevelOf(day, then);

    double left = 0;
    double apart = 0;
    for (int hour = 0; hour < WEEK; hour++) {
      if (!Weekend.contains(hour)) {
        left += 0.5 + weekly(hour) + drifted - week.offsets().get(hour);
        apart += 0.5 + daily(hour) - day.offsets().get(hour);
      }
    }
    assertThat((left - apart) / 94).isCloseTo(drifted, within(0.003));
  }

  @Property
  void hoursThatAreSkippedDoNotCountAsSeen(
      @ForAll @IntRange(max = 100) int before, @ForAll @IntRange(max = 100) int skipped) {
    HourlyScores hours = new HourlyScores();
    hours.skip(7);
    assertThat(hours.seen().until(50)).isZero();
    hours.plus(0, 1, 0.5);

    hours.skip(skipped);

    assertThat(hours.seen().until(before + skipped)).isEqualTo(before);
  }

  /** Two hours to a part, one score to an hour. */
  @Property(tries = 50)
  void hoursOfAPartShareItsError(@ForAll long seed) {
    HourErrors.Layer parts =
        HourErrors.Layer.whole(new int[] {0, 0, 1, 1}, new double[] {0.1, 0.2});
    HourErrors errors = new HourErrors(List.of(parts), new double[] {1, 1, 1, 1});

    HourErrors.Path path = errors.path(seed);
    double[] drawn = new double[40];
    Arrays.setAll(drawn, i -> path.next());

    for (int i = 0; i < drawn.length; i += 4) {
      assertThat(drawn[i + 1]).isEqualTo(drawn[i]);
      assertThat(drawn[i + 3]).isEqualTo(drawn[i + 2]);
      assertThat(drawn[i] + drawn[i + 2]).isCloseTo(0, within(1e-12));
    }
    assertThat(errors.typical()).isCloseTo(Math.sqrt((0.01 + 0.04) / 2), within(1e-12));
  }

  @Property(tries = 50)
  void hoursThatHaveAShareOfItGoUpAndDownTogether(@ForAll long seed) {
    HourErrors.Layer slope =
        new HourErrors.Layer(new int[4], new double[] {1, -1, 2, -2}, new double[] {0.1});

    HourErrors.Path path = new HourErrors(List.of(slope), new double[] {1, 1, 1, 1}).path(seed);

    double first = path.next();
    assertThat(path.next()).isCloseTo(-first, within(1e-12));
    assertThat(path.next()).isCloseTo(2 * first, within(1e-12));
    assertThat(path.next()).isCloseTo(-2 * first, within(1e-12));
  }
}
