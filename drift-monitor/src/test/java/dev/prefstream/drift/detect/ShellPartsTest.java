package dev.prefstream.drift.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.prefstream.drift.detect.IncidentLife.Phase;
import dev.prefstream.drift.detect.IncidentLife.Reading;
import dev.prefstream.drift.detect.SignalChart.Learnt;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Life of an incident, charts of signals and errors, volume, hour of the week, composition. */
class ShellPartsTest {

  private static final long HOUR = 3_600_000;

  private final SplittableRandom random = new SplittableRandom(4);

  @Test
  void anIncidentOpensOnceAndIsOverAfterQuiet() {
    assertThat(IncidentLife.after(Phase.OK, Reading.NEAR, 9, 0, 100).next()).isEqualTo(Phase.WARN);
    IncidentLife.Step opened = IncidentLife.after(Phase.WARN, Reading.ALARM, 0, 0, 100);
    assertThat(opened.opened()).isTrue();
    assertThat(opened.next()).isEqualTo(Phase.DRIFT);
    assertThat(IncidentLife.after(Phase.DRIFT, Reading.ALARM, 0, 100, 100).opened()).isFalse();
    assertThat(IncidentLife.after(Phase.DRIFT, Reading.QUIET, 49, 100, 100).next())
        .isEqualTo(Phase.DRIFT);
    assertThat(IncidentLife.after(Phase.DRIFT, Reading.QUIET, 50, 100, 100).next())
        .isEqualTo(Phase.COOLDOWN);
    IncidentLife.Step relapse = IncidentLife.after(Phase.COOLDOWN, Reading.ALARM, 0, 100, 100);
    assertThat(relapse.opened()).isFalse();
    assertThat(relapse.next()).isEqualTo(Phase.DRIFT);
    IncidentLife.Step over = IncidentLife.after(Phase.COOLDOWN, Reading.QUIET, 100, 100, 100);
    assertThat(over.recovered()).isTrue();
    assertThat(over.next()).isEqualTo(Phase.RECOVERED);
    assertThat(IncidentLife.after(Phase.RECOVERED, Reading.QUIET, 199, 100, 100).next())
        .isEqualTo(Phase.RECOVERED);
    assertThat(IncidentLife.after(Phase.RECOVERED, Reading.QUIET, 200, 100, 100).next())
        .isEqualTo(Phase.OK);
    assertThat(IncidentLife.after(Phase.RECOVERED, Reading.ALARM, 0, 100, 100).opened()).isTrue();
  }

  /**
   * Means of chunks of 25 values of five kinds; 200 references of 400 chunks. The last two have a
   * smaller deviation than what a chart takes at least, so they may only be quieter.
   */
  @ParameterizedTest
  @CsvSource({
    "share, 0.3, 0.8, 1.2",
    "length, 0, 0.8, 1.2",
    "correlated, 0, 0.8, 1.2",
    "share, 0.02, 1, 1e9",
    "constant, 0, 1, 1e9"
  })
  void signalsKeepTheRunLength(String kind, double p, double least, double most) {
    DoubleSupplier values = values(kind, p);
    double runLength = 2000;
    long alarms = 0;
    long chunks = 0;
    for (int reference = 0; reference < 200; reference++) {
      Learnt learnt = Learnt.NOTHING;
      for (int i = 0; i < 400; i++) {
        learnt = learnt.plus(chunk(values));
      }
      SignalChart.Params chart = learnt.frozen(0.0392, runLength);
      Cusum.State state = Cusum.State.NEW;
      for (int i = 0; i < 10_000; i++, chunks++) {
        state = chart.plus(state, chunk(values));
        if (state.alarm(chart.chart())) {
          alarms++;
          state = Cusum.State.NEW;
        }
      }
    }
    System.out.printf(
        "signal %s %s: run length %.0f, measured %.0f%n",
        kind, p, runLength, (double) chunks / Math.max(1, alarms));
    assertThat(chunks / Math.max(1.0, alarms) / runLength).isBetween(least, most);
  }

  @Test
  void aSignalThatMovesIsSeenWithinHundredsOfValues() {
    DoubleSupplier before = values("share", 0.3);
    Learnt learnt = Learnt.NOTHING;
    for (int i = 0; i < 800; i++) {
      learnt = learnt.plus(chunk(before));
    }
    SignalChart.Params chart = learnt.frozen(0.0392, 100_000);
    DoubleSupplier after = values("share", 0.45);
    Cusum.State state = Cusum.State.NEW;
    int chunks = 0;
    while (!state.alarm(chart.chart())) {
      state = chart.plus(state, chunk(after));
      chunks++;
    }
    assertThat(25 * chunks).isLessThan(600);
  }

  private DoubleSupplier values(String kind, double p) {
    double[] level = new double[1];
    return switch (kind) {
      case "share" -> () -> random.nextDouble() < p ? 1 : 0;
      case "length" -> () -> random.nextGaussian() * 0.7 + 5;
      case "correlated" ->
          () -> {
            level[0] = 0.5 * level[0] + random.nextGaussian();
            return level[0];
          };
      default -> () -> 0.4;
    };
  }

  private static double chunk(DoubleSupplier values) {
    double sum = 0;
    for (int i = 0; i < 25; i++) {
      sum += values.getAsDouble();
    }
    return sum / 25;
  }

  @Test
  void errorsKeepTheRunLengthAndADoubledShareIsSeen() {
    ErrorChart chart = ErrorChart.of(20, 200);
    double threshold = ErrorChart.threshold(1000);
    long alarms = 0;
    double sum = 0;
    for (int i = 0; i < 500_000; i++) {
      sum = Math.max(0, sum + chart.step(1, random.nextDouble() < 0.1 ? 1 : 0));
      if (sum > threshold) {
        alarms++;
        sum = 0;
      }
    }
    assertThat(alarms).isLessThan(500);
    sum = 0;
    int labels = 0;
    while (sum <= threshold) {
      sum = Math.max(0, sum + chart.step(1, random.nextDouble() < 0.25 ? 1 : 0));
      labels++;
    }
    assertThat(labels).isLessThan(400);
  }

  @Test
  void volumeExpectsWhatTheHourBroughtInOtherWeeks() {
    HourlyVolume volume = new HourlyVolume();
    assertThat(volume.expected(0)).isNaN();
    for (long hour = 0; hour < 3 * 168; hour++) {
      volume.plus(hour, hour % 24 < 8 ? 10 : 100, hour + 1);
    }
    assertThat(volume.expected(3 * 168 + 3)).isEqualTo(10);
    assertThat(volume.expected(3 * 168 + 12)).isEqualTo(100);
    assertThat(volume.expected((3 * 168 + 3) * HOUR, (3 * 168 + 12) * HOUR)).isBetween(40.0, 60.0);

    volume.plus(3 * 168, 10, 3 * 168 + 400); // A gap of more than a week.
    assertThat(volume.expected(0)).isNaN();
  }

  @Test
  void anHourlyCycleIsLearntFromTwoWeeksAndNoneWhereThereIsNone() {
    int n = 20_000;
    double[] cyclic = new double[n];
    double[] flat = new double[n];
    long[] times = new long[n];
    for (int i = 0; i < n; i++) {
      times[i] = i * 21 * 24 * HOUR / n;
      boolean night = times[i] / HOUR % 24 < 8;
      flat[i] = 0.3 + 0.2 * random.nextDouble();
      cyclic[i] = flat[i] + (night ? 0.2 : 0);
    }
    assertThat(HourOfWeek.learn(flat, times).season()).isEqualTo(HourOfWeek.NONE);
    HourOfWeek.Learnt learnt = HourOfWeek.learn(cyclic, times);
    HourOfWeek season = learnt.season();
    assertThat(season.offsets()).hasSize(168);
    double night = season.removed(0.6, 3 * HOUR);
    double day = season.removed(0.4, 12 * HOUR);
    assertThat(night).isCloseTo(day, within(0.02));
    double sd = Reference.deviation(season.removed(cyclic, times), 0.46);
    assertThat(sd).isCloseTo(0.2 / Math.sqrt(12), within(0.005));
    // An hour of the day has 833 of the scores, whose standard deviation it is over their root; the
    // hour of the week adds nothing.
    assertThat(learnt.errors().typical())
        .isCloseTo(0.2 / Math.sqrt(12) / Math.sqrt(n / 24.0), within(3e-4));
  }

  @Test
  void fromADayOnACycleIsLearntOfTheHoursOfTheDay() {
    int n = 4000;
    double[] cyclic = new double[n];
    double[] flat = new double[n];
    long[] times = new long[n];
    for (int i = 0; i < n; i++) {
      times[i] = i * 48 * HOUR / n;
      flat[i] = random.nextDouble();
      cyclic[i] = flat[i] + (times[i] / HOUR % 24 < 8 ? 0.2 : 0);
    }
    assertThat(HourOfWeek.learn(flat, times).season()).isEqualTo(HourOfWeek.NONE);
    HourOfWeek.Learnt learnt = HourOfWeek.learn(cyclic, times);
    HourOfWeek season = learnt.season();
    assertThat(season.offsets()).hasSize(168);
    assertThat(season.offsets().subList(24, 48)).isEqualTo(season.offsets().subList(0, 24));
    double night = season.offsets().subList(0, 8).stream().mapToDouble(x -> x).average().orElse(0);
    double day = season.offsets().subList(8, 24).stream().mapToDouble(x -> x).average().orElse(0);
    assertThat(night - day).isCloseTo(0.2, within(0.04));
    assertThat(learnt.errors().typical())
        .isCloseTo(1 / Math.sqrt(12) / Math.sqrt(n / 24.0), within(3e-3));

    long[] lessThanADay = Arrays.stream(times).map(time -> time * 23 / 48).toArray();
    assertThat(HourOfWeek.learn(cyclic, lessThanADay).season()).isEqualTo(HourOfWeek.NONE);
  }

  @Test
  void neighboursThatAreAlikeAreNoCycle() {
    DoubleSupplier values = values("correlated", 0);
    int n = 20_000;
    double[] scores = new double[n];
    long[] times = new long[n];
    for (int i = 0; i < n; i++) {
      scores[i] = values.getAsDouble();
      times[i] = i * 10 * 24 * HOUR / n;
    }

    assertThat(HourOfWeek.learn(scores, times).season()).isEqualTo(HourOfWeek.NONE);
  }

  /** A level that keeps half of itself for some four hours, against which each hour is sure. */
  @Test
  void aLevelThatWandersForHoursIsNoCycleInMostStreams() {
    int n = 8000;
    long[] times = new long[n];
    Arrays.setAll(times, i -> i * 4 * 24 * HOUR / n);
    int cycles = 0;
    for (int stream = 0; stream < 20; stream++) {
      double[] scores = new double[n];
      double level = 0;
      for (int i = 0; i < n; i++) {
        level = 0.998 * level + 0.03 * random.nextGaussian();
        scores[i] = level + random.nextGaussian();
      }
      cycles += HourOfWeek.learn(scores, times).season().equals(HourOfWeek.NONE) ? 0 : 1;
    }

    assertThat(cycles).isLessThanOrEqualTo(8);
  }

  /** Of a fast stream only the last hour may be at hand. */
  @Test
  void theCycleIsOfAllThatWasSeenThoughLittleOfItIsKept() {
    HourlyScores hours = new HourlyScores();
    for (long hour = 0; hour < 48; hour++) {
      hours.plus(hour, 5000, 5000 * (0.4 + (hour % 24 < 8 ? 0.2 : 0)));
    }
    double[] kept = random.doubles(2000, 0.1, 0.7).toArray();
    long[] times = new long[kept.length];
    Arrays.setAll(times, i -> 47 * HOUR + i);

    HourOfWeek.Learnt learnt = HourOfWeek.learn(hours, hours.seen().until(48), kept, times);

    HourOfWeek season = learnt.season();
    assertThat(season.removed(0.6, 3 * HOUR))
        .isCloseTo(season.removed(0.4, 12 * HOUR), within(1e-3));
    assertThat(learnt.errors().typical())
        .isCloseTo(0.6 / Math.sqrt(12) / Math.sqrt(10_000), within(2e-4));
    assertThat(hours.seen().until(48)).isEqualTo(48);
    assertThat(new HourlyScores().seen().until(48)).isZero();
  }

  @Test
  void quietNightsAndAFirstQuietWeekendAreNoCollapseOfVolume() {
    HourlyVolume volume = new HourlyVolume();
    for (long hour = 0; hour < 3 * 168; hour++) {
      double most = hour % 168 >= 120 || hour % 24 < 8 ? 30 : 500;
      if (hour >= 24) {
        assertThat(volume.least(hour)).isLessThanOrEqualTo(most);
      }
      volume.plus(hour, (long) most, hour + 1);
    }
    assertThat(volume.least(3 * 168 + 12)).isEqualTo(500);
  }

  @Test
  void contributionsAddUpToTheChange() {
    Composition composition = new Composition();
    for (int generation = 0; generation < 4; generation++) {
      for (int i = 0; i < 3000; i++) {
        String part = "t" + i % 60 + "/US/en";
        boolean changed = generation >= 2 && i % 60 < 2;
        composition.add(part, changed ? 0.9 : 0.4);
      }
      composition.roll(generation < 2);
    }
    assertThat(composition.parts().size()).isLessThanOrEqualTo(Composition.MOST + 1);
    double change =
        composition.changes().stream().mapToDouble(Composition.Change::contribution).sum();
    assertThat(change).isCloseTo(0.5 * 2 / 60, within(1e-9));
    assertThat(composition.flood(UnaryOperator.identity(), true)).isEqualTo(Composition.OTHERS);
  }
}
