package dev.prefstream.drift.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnScanTest {

  /** Columns of a kind: so many that one alarm in five columns, in place of 20, fails. */
  private static final int FILES = 300;

  private static final double PROMISED = 0.05;
  private static final double PROMISED_ROWS = 10_000;
  private static final double BAD_LUCK = 1e-6;

  private static List<ColumnScan.Change> scan(double[] column) {
    return new ColumnScan(column, FileDetection.DEFAULT_DETECTORS, 0)
        .changes(0).stream().filter(ColumnScan.Change::first).toList();
  }

  private static double[] column(int rows, IntToDoubleFunction value) {
    return IntStream.range(0, rows).mapToDouble(value).toArray();
  }

  /** A series that does not change, of one kind. */
  private static double[] steady(String kind, int rows, Random random) {
    double[] state = {random.nextGaussian()};
    return column(
        rows,
        i ->
            switch (kind) {
              case "normal" -> 500 + 20 * random.nextGaussian();
              case "heavy tails" -> random.nextGaussian() / (0.1 + random.nextDouble());
              case "skewed" -> -Math.log(1 - random.nextDouble());
              case "binary" -> random.nextInt(3) == 0 ? 1 : 0;
              case "rare events" -> random.nextInt(20) == 0 ? 1 : 0;
              case "log-normal" -> Math.exp(random.nextGaussian());
              case "autocorrelated" -> state[0] = 0.7 * state[0] + random.nextGaussian();
              case "strongly autocorrelated" ->
                  state[0] = 0.9 * state[0] + Math.sqrt(0.19) * random.nextGaussian();
              case "walk" -> state[0] = state[0] + random.nextGaussian();
              case "daily" -> Math.sin(i * Math.PI / 12) * 10 + random.nextGaussian();
              default -> throw new AssertionError(kind);
            });
  }

  @ParameterizedTest
  @CsvSource({
    "normal, 1000",
    "heavy tails, 1000",
    "skewed, 1000",
    "skewed, 3000",
    "log-normal, 3000",
    "binary, 1000",
    "rare events, 1000",
    "autocorrelated, 1000",
    "strongly autocorrelated, 300",
    "strongly autocorrelated, 3000",
    "walk, 300",
    "walk, 1000",
    "daily, 1000"
  })
  void alarmsInNoMoreColumnsThatDoNotChangeThanPromised(String kind, int rows) {
    assertKeepsThePromise(kind, rows, random -> steady(kind, rows, random));
  }

  private static void assertKeepsThePromise(
      String kind, int rows, Function<Random, double[]> columns) {
    long alarmed =
        IntStream.range(0, FILES)
            .filter(file -> !scan(columns.apply(new Random(file))).isEmpty())
            .count();

    System.out.printf(
        "detect, %s: %d of %d columns of %d rows without a change%n", kind, alarmed, FILES, rows);
    assertThat(alarmed)
        .as("of %d columns, seeds from 0", FILES)
        .isLessThanOrEqualTo(most(FILES, Math.min(PROMISED, rows / PROMISED_ROWS)));
  }

  /** Alarms that chance exceeds once in a million such tests. */
  private static int most(int columns, double rate) {
    int most = 0;
    while (1 - atMost(most, columns, rate) > BAD_LUCK) {
      most++;
    }
    return most;
  }

  /** The binomial distribution function. */
  private static double atMost(int most, int columns, double rate) {
    double chance = Math.pow(1 - rate, columns);
    double sum = chance;
    for (int i = 1; i <= most; i++) {
      chance *= (columns - i + 1) * rate / (i * (1 - rate));
      sum += chance;
    }
    return sum;
  }

  @Test
  void fourTimesThePromisedRateWouldFailTheseTests() {
    assertThat(atMost(most(FILES, PROMISED), FILES, 4 * PROMISED)).isLessThan(0.001);
  }

  @Test
  void findsTheChangeOfAHundredYears() {
    Random random = new Random(1);

    List<ColumnScan.Change> changes =
        scan(column(100, i -> (i < 28 ? 1100 : 850) + 130 * random.nextGaussian()));

    assertThat(changes).hasSize(1);
    assertThat(changes.get(0).at()).isBetween(29, 45);
    assertThat(changes.get(0).since()).isBetween(24, 32);
  }

  @Test
  void findsThereAndBack() {
    Random random = new Random(2);

    assertThat(scan(column(1500, i -> (i / 500 == 1 ? 1 : 0) + random.nextGaussian())))
        .extracting(change -> change.at() / 50)
        .containsExactly(10, 20);
  }

  @Test
  void aGradualChangeIsOneIncident() {
    Random random = new Random(3);

    assertThat(
            scan(
                column(
                    2000,
                    i -> Math.max(0, Math.min(2, (i - 800) / 200.0)) + random.nextGaussian())))
        .hasSize(1);
  }

  @Test
  void findsMoreSpreadAtTheSameMean() {
    Random random = new Random(4);

    List<ColumnScan.Change> changes =
        scan(column(2000, i -> (i < 1000 ? 1 : 2.5) * random.nextGaussian()));

    assertThat(changes).isNotEmpty();
    assertThat(changes.get(0).at()).isBetween(1000, 1100);
    assertThat(changes.get(0).detector()).isEqualTo(ColumnScan.DISPERSION);
  }

  @Test
  void aSpikeOfOneValueIsNoChange() {
    assertKeepsThePromise(
        "a spike", 600, random -> column(600, i -> i == 300 ? 50 : random.nextGaussian()));
  }

  @Test
  void findsAJumpThatAWalkDoesNotMake() {
    double[] walk = steady("walk", 1000, new Random(5));

    List<ColumnScan.Change> changes = scan(column(1000, i -> walk[i] + (i < 600 ? 0 : 30)));

    assertThat(changes).hasSize(1);
    assertThat(changes.get(0).at()).isBetween(600, 605);
  }

  @Test
  void tellsAWalkFromWhatComesBack() {
    assertThat(walks(random -> steady("walk", 300, random))).isGreaterThan(FILES * 9 / 10);
    assertThat(walks(random -> steady("strongly autocorrelated", 300, random)))
        .isLessThan(FILES / 10);
    assertThat(walks(random -> column(300, i -> (i < 150 ? 0 : 5) + random.nextGaussian())))
        .as("a change of level")
        .isZero();
  }

  private static long walks(Function<Random, double[]> columns) {
    return IntStream.range(0, FILES)
        .filter(
            file ->
                new ColumnScan(columns.apply(new Random(file)), FileDetection.DEFAULT_DETECTORS, 0)
                    .walks())
        .count();
  }

  @Test
  void takesAnyUnit() {
    Random random = new Random(6);
    double[] column = column(800, i -> (i < 400 ? 0 : 1.5) + random.nextGaussian());
    List<Integer> rows = scan(column).stream().map(ColumnScan.Change::at).toList();

    double[] scaled = Arrays.stream(column).map(x -> 1e9 * x - 3e12).toArray();

    assertThat(rows).hasSize(1);
    assertThat(scan(scaled)).extracting(ColumnScan.Change::at).isEqualTo(rows);
  }

  @Test
  void saysNothingOfAFewValues() {
    assertThat(scan(new double[0])).isEmpty();
    assertThat(scan(new double[] {1, 2, 90})).isEmpty();
  }
}
