package dev.prefstream.drift.detect;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The calibrated charts over one column. */
final class ColumnCharts {

  /** Where none is asked for. */
  private static final double RUN_LENGTH = 100_000;

  private final double[] values;
  private final int[] rows;
  private final int referenceRows;
  private final FileDetection.Params params;
  private final int window;
  private final List<FileDetection.Alarm> alarms = new ArrayList<>();

  private double low;
  private double high;
  private @Nullable Reference reference;
  private ScoreGrid grid = new ScoreGrid();
  private @Nullable StabilityIndex index;

  ColumnCharts(double[] values, int[] rows, int referenceRows, FileDetection.Params params) {
    this.values = values;
    this.rows = rows;
    this.referenceRows = referenceRows;
    this.params = params;
    this.window = Math.max(FileDetection.LEAST_REFERENCE, Math.min(1000, referenceRows / 4));
  }

  List<FileDetection.Alarm> run() {
    int from = 0;
    while (from + referenceRows < values.length) {
      learn(from);
      from = watch(from + referenceRows);
    }
    return alarms;
  }

  /** Watches from a value on; gives the value to learn the next reference from. */
  private int watch(int first) {
    Reference known = requireNonNull(reference);
    Reference.Charts charts = Reference.Charts.NEW;
    int opened = -1;
    int lastAlarm = -1;
    int settleAfter = window;
    int begun = first;
    for (int i = first; i < values.length; i++) {
      charts = known.plus(charts, mapped(values[i]));
      Optional<Finding> alarm = worst(known, charts, i, begun);
      if (alarm.isPresent()) {
        Finding finding = alarm.get();
        int since = since(known, charts, finding, i);
        alarms.add(FileDetection.Alarm.of(finding, rows[i], rows[since], opened < 0));
        if (opened < 0) {
          opened = i;
          settleAfter = Math.max(window, 3 * (i - since));
        }
        lastAlarm = i;
        charts = Reference.Charts.NEW;
        begun = i + 1;
      } else if (opened >= 0 && i - lastAlarm >= settleAfter) {
        opened = -1;
      } else if (opened >= 0 && i - opened >= referenceRows) {
        return i - referenceRows + 1;
      }
    }
    return values.length;
  }

  private Optional<Finding> worst(Reference known, Reference.Charts charts, int i, int begun) {
    List<Finding> findings = new ArrayList<>(known.read(charts));
    if (i - begun + 1 >= window && (i - begun) % Reference.DISTANCE_EVERY == 0) {
      double[] last = new double[window];
      for (int j = 0; j < window; j++) {
        last[j] = mapped(values[i - window + 1 + j]);
      }
      findings.add(known.read(grid, last));
      findings.add(known.read(requireNonNull(index), last));
    }
    return findings.stream()
        .filter(finding -> params.detectors().contains(finding.detector()))
        .filter(finding -> finding.share() > 1)
        .max(Comparator.comparingDouble(Finding::share));
  }

  private int since(Reference known, Reference.Charts charts, Finding finding, int i) {
    long ago = known.since(finding.detector(), charts);
    return (int) Math.max(0, i - ago + 1);
  }

  private void learn(int from) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = from; i < from + referenceRows; i++) {
      least = Math.min(least, values[i]);
      most = Math.max(most, values[i]);
    }
    double room = most > least ? (most - least) / 2 : Math.max(1e-9, Math.abs(most));
    low = least - room;
    high = most + room;
    double[] learnt = new double[referenceRows];
    grid = new ScoreGrid();
    for (int i = 0; i < referenceRows; i++) {
      learnt[i] = mapped(values[from + i]);
      grid.add(learnt[i]);
    }
    index = new StabilityIndex(grid);
    double runLength = params.runLength() > 0 ? params.runLength() : RUN_LENGTH;
    double watched = params.detectors().stream().mapToDouble(Reference::share).sum();
    boolean stability = params.detectors().contains(Reference.STABILITY);
    reference = Reference.learn(learnt, window, runLength * watched, stability);
  }

  /** Onto [0, 1], with room for half the reference's range on either side. */
  private double mapped(double value) {
    return Math.max(0, Math.min(1, (value - low) / (high - low)));
  }
}
