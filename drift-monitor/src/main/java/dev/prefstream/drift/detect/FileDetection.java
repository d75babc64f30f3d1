package dev.prefstream.drift.detect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The detectors run over a column of numbers: anyone's own history.
 *
 * <p>When none is named, {@link ColumnScan} watches: it needs no reference and takes any unit. The
 * calibrated charts learn their reference from the first rows; after an alarm they wait until the
 * values are back where they were, or, when that takes as many rows as the reference has, take the
 * new level for the reference. Every other detector begins anew after an alarm, and its alarms
 * within 1,000 values are one incident.
 */
public final class FileDetection {

  /** Detectors that decide when none is named. */
  public static final List<String> DEFAULT_DETECTORS =
      List.of(ColumnScan.MEAN, ColumnScan.DISPERSION, ColumnScan.SHAPE);

  private static final List<String> CHARTS =
      List.of(
          Reference.MEAN,
          Reference.DISPERSION,
          Reference.SHAPE,
          Reference.DISTANCE,
          Reference.STABILITY);

  /** Every detector by name. */
  public static final List<String> DETECTORS =
      Stream.of(DEFAULT_DETECTORS, CHARTS, List.of("fixed-band", "adwin", "page-hinkley", "kswin"))
          .flatMap(List::stream)
          .toList();

  static final int LEAST_REFERENCE = 30;
  private static final int MOST_REFERENCE = 20_000;

  private FileDetection() {}

  /**
   * What the user asks for.
   *
   * @param referenceRows rows that are taken for good: the charts learn from them, and no scan
   *     alarms before their end; 0 lets the scans begin at once, and the charts take a fifth of the
   *     column, at least 30 and at most 20,000
   * @param runLength values between two false alarms of the scans and of the charts, on average; 0
   *     takes 100,000 for the charts and one in twenty such columns for the scans
   * @param detectors names from {@link #DETECTORS}, at least one; each counts once
   */
  public record Params(int referenceRows, double runLength, List<String> detectors) {

    /** What is sensible when nothing is said. */
    public static final Params DEFAULT = new Params(0, 0, DEFAULT_DETECTORS);

    public Params {
      detectors = detectors.stream().distinct().toList();
      if (detectors.isEmpty()) {
        throw new IllegalArgumentException("found no detector, expected some of " + DETECTORS);
      }
      for (String detector : detectors) {
        if (!DETECTORS.contains(detector)) {
          throw new IllegalArgumentException(
              "found detector %s, expected one of %s".formatted(detector, DETECTORS));
        }
      }
      if (referenceRows != 0 && referenceRows < LEAST_REFERENCE) {
        throw new IllegalArgumentException(
            "found %d reference rows, expected at least %d, or 0 to choose"
                .formatted(referenceRows, LEAST_REFERENCE));
      }
      if (runLength != 0 && !(runLength >= 100)) {
        throw new IllegalArgumentException(
            "found a run length of %s, expected at least 100, or 0 to choose".formatted(runLength));
      }
    }
  }

  /**
   * An alarm.
   *
   * @param row row of the value that raised it, from 0
   * @param detector its name
   * @param statistic what it measured
   * @param threshold what was exceeded
   * @param since row since which the values differ, by the best estimate
   * @param first whether it is the first of its incident
   */
  public record Alarm(
      int row, String detector, double statistic, double threshold, int since, boolean first) {

    static Alarm of(Finding finding, int row, int since, boolean first) {
      return new Alarm(
          row, finding.detector(), finding.statistic(), finding.threshold(), since, first);
    }
  }

  /**
   * The outcome.
   *
   * @param rows rows of the column
   * @param missing rows without a finite number; passed over
   * @param referenceRows rows taken for good; 0 when no detector needs a reference and none was
   *     asked for
   * @param walks whether the values wander so that scans do not tell them from a random walk, and
   *     alarm where they go further than it would; false without scans
   * @param everyAlarm in the order of rows
   */
  public record Result(
      int rows, int missing, int referenceRows, boolean walks, List<Alarm> everyAlarm) {

    /** The first alarm of each incident, in the order of rows. */
    public List<Alarm> alarms() {
      return everyAlarm.stream().filter(Alarm::first).toList();
    }
  }

  /**
   * Runs the detectors.
   *
   * @param column the values; NaN for a gap
   * @throws IllegalArgumentException when there is nothing left to watch behind the reference
   */
  public static Result run(double[] column, Params params) {
    int[] rows = new int[column.length];
    double[] values = new double[column.length];
    int count = 0;
    for (int row = 0; row < column.length; row++) {
      if (Double.isFinite(column[row])) {
        rows[count] = row;
        values[count++] = column[row];
      }
    }
    values = Arrays.copyOf(values, count);
    boolean charted = params.detectors().stream().anyMatch(CHARTS::contains);
    int referenceRows = referenceRows(params, charted, count);
    Scanned scanned = scanned(values, rows, params);
    List<Alarm> alarms = new ArrayList<>(scanned.alarms());
    if (charted) {
      alarms.addAll(new ColumnCharts(values, rows, referenceRows, params).run());
    }
    for (String detector : params.detectors()) {
      if (!DEFAULT_DETECTORS.contains(detector) && !CHARTS.contains(detector)) {
        alarms.addAll(single(detector, values, rows));
      }
    }
    alarms.sort(Comparator.comparingInt(Alarm::row));
    return new Result(
        column.length, column.length - count, referenceRows, scanned.walks(), List.copyOf(alarms));
  }

  /** What the scans say. */
  private record Scanned(List<Alarm> alarms, boolean walks) {}

  private static Scanned scanned(double[] values, int[] rows, Params params) {
    List<String> scans = params.detectors().stream().filter(DEFAULT_DETECTORS::contains).toList();
    if (scans.isEmpty()) {
      return new Scanned(List.of(), false);
    }
    ColumnScan scan = new ColumnScan(values, scans, params.runLength());
    List<Alarm> alarms =
        scan.changes(params.referenceRows()).stream()
            .map(
                change ->
                    new Alarm(
                        rows[change.at()],
                        change.detector(),
                        Math.abs(change.statistic()),
                        change.threshold(),
                        rows[change.since()],
                        change.first()))
            .toList();
    return new Scanned(alarms, scan.walks());
  }

  /** Rows taken for good; more must follow them. */
  private static int referenceRows(Params params, boolean charted, int count) {
    int wanted =
        charted && params.referenceRows() == 0
            ? Math.max(LEAST_REFERENCE, Math.min(MOST_REFERENCE, count / 5))
            : params.referenceRows();
    if (wanted > 0 && count <= wanted) {
      throw new IllegalArgumentException(
          "found %d numbers, expected more than the %d that are taken for good: give a longer column or a smaller reference"
              .formatted(count, wanted));
    }
    return wanted;
  }

  private static List<Alarm> single(String detector, double[] values, int[] rows) {
    List<Alarm> alarms = new ArrayList<>();
    Online online = Online.named(detector);
    int last = -Online.QUIET;
    for (int i = 0; i < values.length; i++) {
      Finding finding = online.add(values[i]);
      if (finding != null) {
        alarms.add(Alarm.of(finding, rows[i], rows[i], i - last > Online.QUIET));
        last = i;
      }
    }
    return alarms;
  }
}
