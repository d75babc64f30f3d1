package dev.prefstream.drift.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class DetectorPropertiesTest {

  @Property(tries = 200)
  void aSumOfUnitsLosesNothingHoweverLongItRuns(
      @ForAll @Size(min = 50, max = 400) List<@DoubleRange(min = 0, max = 1) Double> scores) {
    long[] units = scores.stream().mapToLong(ScoreUnits::of).toArray();
    long moving = 0;
    for (int i = 0; i < units.length; i++) {
      moving += units[i] - (i >= 20 ? units[i - 20] : 0);
    }

    assertThat(moving).isEqualTo(Arrays.stream(units).skip(units.length - 20).sum());
  }

  @Property(tries = 200)
  void theBandJudgesAsTheMeanDoes(
      @ForAll @Size(min = 10, max = 200) List<@DoubleRange(min = 0, max = 1) Double> scores) {
    FixedBand.Params params = new FixedBand.Params(scores.size(), 0.15);
    long sum = scores.stream().mapToLong(ScoreUnits::of).sum();
    double mean = scores.stream().mapToDouble(x -> x).sum() / scores.size();
    double distance = Math.abs(mean - 0.5);

    if (Math.abs(distance - 0.15) > 1e-11) {
      assertThat(FixedBand.outside(params, sum)).isEqualTo(distance > 0.15);
    }
    assertThat(FixedBand.statistic(params, sum)).isCloseTo(distance, within(1e-11));
  }

  @Property(tries = 100)
  void theGridsDistanceIsTheExactOneToTheMassOfABin(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double power = 0.5 + 2 * random.nextDouble();
    double[] reference = random.doubles(2000).toArray();
    double[] window = random.doubles(300).map(x -> Math.pow(x, power)).toArray();
    ScoreGrid grid = new ScoreGrid();
    ScoreGrid here = new ScoreGrid();
    Arrays.stream(reference).forEach(grid::add);
    Arrays.stream(window).forEach(here::add);
    double measured = grid.distance(window);
    Arrays.sort(reference);
    Arrays.sort(window);

    double exact = KolmogorovSmirnov.distance(reference, window);

    assertThat(measured).isLessThanOrEqualTo(exact + 1e-12);
    assertThat(measured).isGreaterThanOrEqualTo(exact - grid.error() - here.error() - 1e-12);
  }

  @Property(tries = 50)
  void gridsMergeAsIfCountedTogether(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    ScoreGrid one = new ScoreGrid();
    ScoreGrid two = new ScoreGrid();
    ScoreGrid both = new ScoreGrid();
    random
        .doubles(500)
        .forEach(
            x -> {
              one.add(x);
              both.add(x);
            });
    random
        .doubles(500)
        .forEach(
            x -> {
              two.add(x * x);
              both.add(x * x);
            });

    one.merge(two);

    assertThat(one.counts()).isEqualTo(both.counts());
    assertThat(one.total()).isEqualTo(1000);
  }

  @Property(tries = 50)
  void adwinGoesOnFromItsBucketsAsIfNeverStopped(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 1500) int stop) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = random.doubles(2000).toArray();
    for (int i = 1000; i < values.length; i++) {
      values[i] = 0.4 + 0.6 * values[i];
    }
    Adwin whole = new Adwin(Adwin.Params.DEFAULT);
    Adwin parted = new Adwin(Adwin.Params.DEFAULT);
    for (int i = 0; i < values.length; i++) {
      if (i == stop) {
        parted = Adwin.of(Adwin.Params.DEFAULT, parted.buckets(), parted.ticks());
      }
      assertThat(parted.add(values[i])).isEqualTo(whole.add(values[i]));
    }
    assertThat(parted.count()).isEqualTo(whole.count());
    assertThat(parted.mean()).isCloseTo(whole.mean(), within(1e-9));
  }

  @Property(tries = 50)
  void adwinsBucketsStayFewAndAddUp(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Adwin adwin = new Adwin(Adwin.Params.DEFAULT);
    random.doubles(5000).forEach(adwin::add);

    assertThat(adwin.buckets()).hasSizeLessThan(6 * 13);
    assertThat(adwin.buckets().stream().mapToLong(Adwin.Bucket::count).sum())
        .isEqualTo(adwin.count());
  }

  @Property(tries = 200)
  void theCusumIsWhatItsDefinitionSays(
      @ForAll @Size(min = 1, max = 100) List<@DoubleRange(min = -5, max = 5) Double> values) {
    Cusum.State state = Cusum.State.NEW;
    double sum = 0;
    double least = 0;
    for (double value : values) {
      state = state.plus(value, 0.1);
      sum += value - 0.1;
      least = Math.min(least, sum);
    }

    assertThat(state.up()).isCloseTo(sum - least, within(1e-9));
    assertThat(state.upSince()).isBetween(0L, (long) values.size());
  }

  @Property(tries = 300)
  void incidentsOpenAndEndInTurnAndEndOnlyWhenQuiet(
      @ForAll @Size(max = 300) List<IncidentLife.Reading> readings,
      @ForAll @LongRange(min = 1, max = 20) long settleAfter) {
    IncidentLife.Phase phase = IncidentLife.Phase.OK;
    boolean open = false;
    long quiet = 1000;
    for (IncidentLife.Reading reading : readings) {
      quiet = reading == IncidentLife.Reading.ALARM ? 0 : quiet + 1;
      IncidentLife.Step step = IncidentLife.after(phase, reading, quiet, settleAfter, 10);
      phase = step.next();
      assertThat(step.opened() && open).isFalse();
      assertThat(step.recovered() && !open).isFalse();
      assertThat(step.recovered() && quiet < settleAfter).isFalse();
      open = step.opened() || (open && !step.recovered());
      assertThat(phase.open()).isEqualTo(open);
    }
  }
}
