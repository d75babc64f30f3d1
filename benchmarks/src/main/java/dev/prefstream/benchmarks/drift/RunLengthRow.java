package dev.prefstream.benchmarks.drift;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.stream.Collectors;

/**
 * How often detectors alarm in one kind of stream without any change: many references, each watched
 * for as many values as should give a few alarms. Mutable; {@link #add} from any thread.
 */
final class RunLengthRow {

  /** Normal quantile of a two-sided interval of 95 %. */
  private static final double SURE = 1.96;

  private static final int FEW_REFERENCES = 5;

  private final String name;
  private final double set;
  private final int references;
  private final int alarms;
  private final LongFunction<Watch> begin;
  private final List<Integer> found = new ArrayList<>();
  private final Map<String, Integer> by = new TreeMap<>();

  /**
   * @param set run length that detectors are calibrated to
   * @param references references to learn, at most
   * @param alarms alarms to expect against each
   * @param begin learns a reference, by its seed
   */
  RunLengthRow(String name, double set, int references, int alarms, LongFunction<Watch> begin) {
    this.name = name;
    this.set = set;
    this.references = references;
    this.alarms = alarms;
    this.begin = begin;
  }

  String name() {
    return name;
  }

  double set() {
    return set;
  }

  int references() {
    return references;
  }

  /** Learns one more reference and watches against it. */
  void add(int reference) {
    Watch watch = begin.apply(1000L + reference);
    Map<String, Integer> heard = new TreeMap<>();
    for (long i = 0; i < values(); i++) {
      String detector = watch.next();
      if (detector != null) {
        heard.merge(detector, 1, Integer::sum);
      }
    }
    synchronized (this) {
      found.add(heard.values().stream().mapToInt(Integer::intValue).sum());
      heard.forEach((detector, count) -> by.merge(detector, count, Integer::sum));
    }
  }

  private long values() {
    return (long) (set * alarms);
  }

  /**
   * What was measured.
   *
   * @param references how many were watched
   * @param alarms how many there were
   * @param runLength values between two of them, on average over references
   * @param least lower end of the 95 % interval of the run length, by how references differ
   * @param most its upper end
   */
  record Measured(int references, int alarms, double runLength, double least, double most) {}

  synchronized Measured measured() {
    int n = found.size();
    int sum = found.stream().mapToInt(Integer::intValue).sum();
    double mean = (double) sum / Math.max(1, n);
    double squares = 0;
    for (int count : found) {
      squares += (count - mean) * (count - mean);
    }
    // No less than alarms at random times would differ.
    double variance = n < FEW_REFERENCES ? mean : Math.max(mean, squares / (n - 1));
    double error = SURE * Math.sqrt(variance / Math.max(1, n));
    return new Measured(
        n,
        sum,
        values() / mean,
        values() / (mean + error),
        mean > error ? values() / (mean - error) : Double.POSITIVE_INFINITY);
  }

  /** Which detectors raised the alarms, in parts of a hundred. */
  synchronized String shares() {
    double sum = Math.max(1, by.values().stream().mapToInt(Integer::intValue).sum());
    return by.entrySet().stream()
        .map(e -> String.format(Locale.ROOT, "%s %.0f %%", e.getKey(), 100 * e.getValue() / sum))
        .collect(Collectors.joining(", "));
  }
}
