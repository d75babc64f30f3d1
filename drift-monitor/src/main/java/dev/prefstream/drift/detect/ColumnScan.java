package dev.prefstream.drift.detect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Watches a column of any length and unit without a reference. The whole column tells its cycle
 * ({@link Seasonality}), its noise ({@link Noise}) and with them the thresholds ({@link
 * ScanThreshold}); then the rows are gone through in order, and at each the rows since the last
 * change are scanned for a new one ({@link ShiftScan}): of the level, and of the second to fourth
 * {@link Ranks#component} for dispersion and shape.
 *
 * <p>An alarm begins the scan anew at the estimated change, so that the next one is found too.
 */
final class ColumnScan {

  /** Name of the scan for a change of the mean. */
  static final String MEAN = "scan-mean";

  /** Name of the scan for a change of the dispersion. */
  static final String DISPERSION = "scan-dispersion";

  /** Name of the scan for a change of the shape. */
  static final String SHAPE = "scan-shape";

  /** Values in a mean before a change, at least. */
  private static final int BEFORE = 12;

  private static final int LEAST = 2 * BEFORE;
  private static final int FEW_CHANGES = 12;

  /** Values at the beginning that are searched for changes before noise is judged. */
  private static final int MOST_JUDGED = 100_000;

  private static final int FEW_DISTINCT = 20;

  /** Standard deviations of an innovation that a value may stray from its neighbours' median. */
  private static final double ROOM = 4;

  /** One scan of one series made of the column. */
  private record Chart(String name, ShiftScan scan, double threshold) {}

  /**
   * The column less its cycle, in its unit or as normal scores.
   *
   * @param all every value
   * @param clean with spikes cut back
   * @param noise of these
   */
  private record Level(double[] all, double[] clean, Noise noise) {

    static Level of(double[] series, boolean discrete) {
      double[] clean = withoutSpikes(series, discrete);
      return new Level(series, clean, Noise.fit(clean));
    }

    /**
     * Distances from the mean of the cleaned values before, of as many as the level stays steady
     * for.
     */
    double[] fromNeighbours() {
      int reach = noise.model().isWeak() ? Math.min(32, noise.steadiest()) : 2;
      double[] sums = Noise.sums(clean);
      double[] distances = new double[all.length];
      for (int i = 1; i < all.length; i++) {
        int from = Math.max(0, i - reach);
        // Values that are alike are alike in rank, whatever the sums lost to rounding.
        distances[i] = (float) (all[i] - (sums[i] - sums[from]) / (i - from));
      }
      return distances;
    }
  }

  /**
   * A change that was found, by index of the value.
   *
   * @param first whether it is the first of its incident
   */
  record Change(
      int at, int since, String detector, double statistic, double threshold, boolean first) {

    Change following() {
      return new Change(at, since, detector, statistic, threshold, false);
    }
  }

  private final List<Chart> charts = new ArrayList<>();
  private final int values;
  private final int together;
  private final boolean walks;

  /**
   * @param column finite values
   * @param detectors some of the names of this class
   * @param runLength values between two false alarms on average; 0 for one in twenty such columns,
   *     and not under 10,000
   */
  ColumnScan(double[] column, List<String> detectors, double runLength) {
    this.values = column.length;
    double promised = runLength > 0 ? runLength : Math.max(10_000, 20.0 * values);
    if (values < LEAST) {
      together = 0;
      walks = false;
      return;
    }
    Seasonality season = Seasonality.find(column);
    together = season.period() > 0 ? season.period() / 2 : values / 100;
    long distinct = Arrays.stream(column).distinct().limit(FEW_DISTINCT + 1).count();
    boolean discrete = distinct <= FEW_DISTINCT;
    Level level = Level.of(season.remove(column), discrete);
    walks = level.noise.model().walks();
    boolean white = level.noise.isWhite();
    if (!discrete) {
      Level ranked = Level.of(Ranks.of(level.all).normalScores(), false);
      // Ranks of skewed values tell whether they are independent; of many levels they tell less.
      white = ranked.noise.isNearlyWhite() && (white || ranked.noise.model().settled());
      level = white ? ranked : level;
    }
    if (detectors.contains(MEAN)) {
      // The mean of a few rare events is skewed, and jumps: then more of them are taken together.
      double skewness = discrete ? skewness(level.clean) : 0;
      int after = Math.max(3, (int) Math.ceil(2 * skewness * skewness));
      int before = Math.max(BEFORE, 4 * after);
      add(MEAN, level.clean, level.noise, skewness, after, before, 2 * promised);
    }
    if (distinct > 3 && (detectors.contains(DISPERSION) || detectors.contains(SHAPE))) {
      Ranks ranks = Ranks.of(white ? level.all : level.fromNeighbours());
      for (int degree = 2; degree <= 4; degree++) {
        String name = degree == 2 ? DISPERSION : SHAPE;
        if (detectors.contains(name)) {
          double[] component = ranks.component(degree);
          add(name, component, Noise.fit(component), 0, BEFORE, 2 * BEFORE, 6 * promised);
        }
      }
    }
  }

  /** Whether the column is not told from a random walk; see {@link Autoregression}. */
  boolean walks() {
    return walks;
  }

  /** Half of the budget goes to the mean, a sixth to each component. */
  private void add(
      String name,
      double[] series,
      Noise first,
      double skewness,
      int after,
      int before,
      double runLength) {
    ShiftScan scan = new ShiftScan(series, first, skewness, after, before);
    List<Integer> breaks = breaks(scan, ScanThreshold.ofNormal(runLength));
    // Few changes are left out of what is taken for noise; many are noise.
    if (!breaks.isEmpty() && breaks.size() <= FEW_CHANGES) {
      scan = new ShiftScan(series, Noise.fit(series, breaks), skewness, after, before);
    }
    charts.add(new Chart(name, scan, ScanThreshold.of(scan, values, runLength)));
  }

  private List<Integer> breaks(ShiftScan scan, double threshold) {
    List<Integer> breaks = new ArrayList<>();
    int start = 0;
    for (int at = 0; at < Math.min(values, MOST_JUDGED) && breaks.size() <= FEW_CHANGES; at++) {
      ShiftScan.Split split = scan.strongest(start, at);
      if (Math.abs(split.shift()) > threshold) {
        start = scan.refined(split, start, at).since();
        breaks.add(start);
      }
    }
    return breaks;
  }

  /**
   * Every alarm. One belongs to the incident of the one before when it follows within half a cycle
   * (one percent of the column where there is none), or when it goes the same way and began within
   * three delays of it, as where a change comes gradually.
   *
   * @param from no alarm comes before this value
   */
  List<Change> changes(int from) {
    List<Change> changes = new ArrayList<>();
    int[] starts = new int[charts.size()];
    Change last = null;
    for (int at = from; at < values; at++) {
      Change change = change(starts, at);
      if (change == null) {
        continue;
      }
      changes.add(last == null || !together(last, change) ? change : change.following());
      last = change;
      boolean ofLevel = change.detector().equals(MEAN);
      for (int c = 0; c < starts.length; c++) {
        boolean own = charts.get(c).name().equals(change.detector());
        // A new level disturbs the ranks' components until it is their baseline.
        starts[c] = Math.max(starts[c], ofLevel && !own ? at + 1 : change.since());
      }
    }
    return changes;
  }

  private @Nullable Change change(int[] starts, int at) {
    for (int c = 0; c < starts.length; c++) {
      Chart chart = charts.get(c);
      ShiftScan.Split split = chart.scan().strongest(starts[c], at);
      if (Math.abs(split.shift()) > chart.threshold()) {
        ShiftScan.Split refined = chart.scan().refined(split, starts[c], at);
        return new Change(
            at, refined.since(), chart.name(), refined.shift(), chart.threshold(), true);
      }
    }
    return null;
  }

  private boolean together(Change last, Change next) {
    if (next.at() - last.at() <= together) {
      return true;
    }
    boolean sameWay =
        !next.detector().equals(last.detector())
            || Math.signum(next.statistic()) == Math.signum(last.statistic());
    return sameWay && next.since() - last.at() <= 3 * (last.at() - last.since()) + BEFORE;
  }

  /**
   * The series with spikes of one or two values cut back: each value is kept within some room of
   * the median of the last five (F. R. Hampel, "The influence curve and its role in robust
   * estimation", JASA 69 (1974)).
   */
  private static double[] withoutSpikes(double[] series, boolean discrete) {
    double room = ROOM * Math.sqrt(Differences.meanSquare(series, 1, discrete) / 2);
    double[] clean = new double[series.length];
    double[] last = new double[5];
    for (int i = 0; i < series.length; i++) {
      int count = Math.min(5, i + 1);
      System.arraycopy(series, i + 1 - count, last, 0, count);
      Arrays.sort(last, 0, count);
      double median = (last[(count - 1) / 2] + last[count / 2]) / 2;
      clean[i] = Math.max(median - room, Math.min(median + room, series[i]));
    }
    return clean;
  }

  /** Third standardised moment; 0 for a constant. */
  private static double skewness(double[] series) {
    double mean = Reference.mean(series);
    double squares = 0;
    double cubes = 0;
    for (double value : series) {
      squares += (value - mean) * (value - mean) / series.length;
      cubes += Math.pow(value - mean, 3) / series.length;
    }
    return squares > 0 ? cubes / Math.pow(squares, 1.5) : 0;
  }
}
