package dev.prefstream.drift.detect;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Measures how often the calibrated charts alarm without cause, and how late they see a change:
 *
 * <pre>
 * mvn -q -pl drift-monitor test-compile
 * java -cp drift-monitor/target/classes:drift-monitor/target/test-classes \
 *     dev.prefstream.drift.detect.RunLengths WHAT [REFERENCES ALARMS LONGEST WINDOW]
 * </pre>
 *
 * WHAT is {@code charts} for the four that decide together and the delays, {@code provisional} for
 * the same against a provisional reference, {@code daily} and {@code daily-provisional} for both in
 * a slow stream with a daily cycle, {@code cusum-mean}, {@code ks}, {@code psi} or {@code mmd} for
 * one alone. So many references are learnt, and against each as many values watched as should give
 * so many alarms.
 *
 * <p>Scores are Beta(2,2), independent or an autoregression of normals pushed through the normal
 * distribution function to Beta(2,2). A reference is of 20,000, a provisional one of 2,000. A slow
 * stream has 2,000 scores a day, to which a sine of 0.1 is added, and its provisional reference is
 * of two days.
 */
final class RunLengths {

  private static final int REFERENCE = 20_000;
  private static final int PROVISIONAL = 2_000;
  private static final int WINDOW = 1000;
  private static final int A_DAY = 2_000;
  private static final long BETWEEN = 24L * 3_600_000 / A_DAY;

  private static final Map<String, Integer> BY = new ConcurrentSkipListMap<>();

  private RunLengths() {}

  public static void main(String[] args) {
    String what = args.length > 0 ? args[0] : "charts";
    int references = args.length > 1 ? Integer.parseInt(args[1]) : 24;
    int alarms = args.length > 2 ? Integer.parseInt(args[2]) : 25;
    double longest = args.length > 3 ? Double.parseDouble(args[3]) : 100_000;
    int window = args.length > 4 ? Integer.parseInt(args[4]) : WINDOW;
    System.out.printf(Locale.ROOT, "%-22s %10s %12s %8s%n", what, "set", "measured", "ratio");
    for (double phi : new double[] {0, 0.5}) {
      for (double runLength : new double[] {10_000, 30_000, 100_000, 1_000_000}) {
        if (runLength > longest) {
          continue;
        }
        double measured = runLength(what, phi, runLength, references, alarms, window);
        System.out.printf(
            Locale.ROOT,
            "%-22s %10.0f %12.0f %8.2f%n",
            phi == 0 ? "independent" : "autocorrelated " + phi,
            runLength,
            measured,
            measured / runLength);
        System.out.println("    " + BY);
        BY.clear();
      }
    }
    if (what.equals("charts") || what.equals(Reference.DISTANCE)) {
      delays(what, references);
    } else if (what.startsWith("daily")) {
      delaysOfShifts(what, references);
    }
  }

  private static void delaysOfShifts(String what, int references) {
    System.out.printf(Locale.ROOT, "%n%-28s %8s %8s%n", "change at 100,000", "median", "p90");
    for (double shift : new double[] {0.05, 0.10, 0.20}) {
      delay(what, "mean + " + shift, x -> Math.min(1, x.next() + shift), references);
    }
  }

  private static void delays(String what, int references) {
    delaysOfShifts(what, references);
    delay(what, "Beta(2,2) to Beta(1/2,1/2)", Stream::nextArcsine, references);
    delay(what, "Beta(2,2) to uniform", x -> x.random.nextDouble(), references);
    delay(what, "two humps, same mean and sd", Stream::nextHumps, references);
    delay(what, "two unequal humps, same", Stream::nextUnequalHumps, references);
    delay(what, "half of them two humps", x -> x.half() ? x.nextHumps() : x.nextBeta(), references);
  }

  /** Mean number of values between false alarms, the charts starting anew after each. */
  static double runLength(
      String what, double phi, double set, int references, int alarms, int window) {
    double[] values = new double[references];
    IntStream.range(0, references)
        .parallel()
        .forEach(
            r -> {
              long limit = (long) (set * alarms);
              values[r] =
                  what.equals("mmd")
                      ? embeddingAlarms(phi, set, r, limit, window) / (double) limit
                      : alarms(what, phi, set, r, limit, window) / (double) limit;
            });
    return 1 / Arrays.stream(values).average().orElseThrow();
  }

  private static int alarms(String what, double phi, double set, int r, long limit, int window) {
    Stream stream = new Stream(1000 + r, phi, what.startsWith("daily"));
    Detector detector = new Detector(stream, set, what, window);
    int seen = 0;
    for (long i = 0; i < limit; i++) {
      String by = detector.add(stream.next(), stream.time());
      if (by != null) {
        BY.merge(by, 1, Integer::sum);
        seen++;
        detector.restart();
      }
    }
    return seen;
  }

  private static int embeddingAlarms(double phi, double set, int r, long limit, int window) {
    EmbeddingStream stream = new EmbeddingStream(1000 + r, phi);
    EmbeddingStream.Chart chart =
        new EmbeddingStream.Chart(stream, REFERENCE, window, set, "model " + r);
    int seen = 0;
    for (long i = 0; i < limit; i++) {
      seen += chart.alarms(stream.next()) ? 1 : 0;
    }
    return seen;
  }

  private interface After {
    double next(Stream stream);
  }

  private static void delay(String what, String name, After after, int references) {
    int repeats = 20;
    IntFunction<double[]> run =
        r -> {
          Stream stream = new Stream(5000 + r, 0, what.startsWith("daily"));
          Detector detector = new Detector(stream, 100_000, what, WINDOW);
          double[] delays = new double[repeats];
          for (int i = 0; i < repeats; i++) {
            detector.restart();
            for (int j = 0; j < 2000; j++) {
              if (detector.add(stream.next(), stream.time()) != null) {
                detector.restart();
              }
            }
            int delay = 0;
            String by = null;
            while (by == null && delay < 20_000) {
              delay++;
              by = detector.add(after.next(stream), stream.time());
            }
            delays[i] = delay;
          }
          return delays;
        };
    double[] delays =
        IntStream.range(0, references)
            .parallel()
            .mapToObj(run)
            .flatMapToDouble(Arrays::stream)
            .sorted()
            .toArray();
    System.out.printf(
        Locale.ROOT,
        "%-28s %8.0f %8.0f%n",
        name,
        delays[delays.length / 2],
        delays[delays.length * 9 / 10]);
  }

  /** The charts with a window, as a stream would run them; or one of them alone. */
  static final class Detector {

    private final HourOfWeek season;
    private final Reference reference;
    private final Predicate<String> chosen;
    private final boolean windowed;
    private final boolean stability;
    private final ScoreGrid grid = new ScoreGrid();
    private final StabilityIndex index;
    private final double[] window;
    private Reference.Charts charts = Reference.Charts.NEW;
    private long seen;

    Detector(Stream stream, double runLength, String what, int size) {
      window = new double[size];
      boolean provisional = what.endsWith("provisional");
      boolean daily = what.startsWith("daily");
      int count = provisional ? daily ? 2 * A_DAY : PROVISIONAL : REFERENCE;
      double[] scores = new double[count];
      long[] times = new long[count];
      for (int i = 0; i < count; i++) {
        scores[i] = stream.next();
        times[i] = stream.time();
      }
      ReferenceLearning learning =
          provisional
              ? ReferenceLearning.provisional(scores, times, size, runLength, false)
              : ReferenceLearning.full(scores, times, size, runLength, false);
      season = learning.season();
      double[] values = season.removed(scores, times);
      reference =
          switch (what) {
            case "charts", "daily", "provisional", "daily-provisional" -> learning.finish();
            case Reference.MEAN ->
                Reference.learn(values, size, runLength * Reference.MEAN_SHARE, false);
            case Reference.DISTANCE ->
                Reference.learn(values, size, runLength * Reference.DISTANCE_SHARE, false);
            case Reference.STABILITY ->
                Reference.learn(values, size, runLength * Reference.STABILITY_SHARE, true);
            default -> throw new IllegalArgumentException("found " + what);
          };
      stability = what.equals(Reference.STABILITY);
      boolean all = what.equals("charts") || provisional || daily;
      windowed = all || stability || what.equals(Reference.DISTANCE);
      chosen = detector -> all || what.equals(detector);
      for (double value : values) {
        grid.add(value);
      }
      index = new StabilityIndex(grid);
    }

    @org.jspecify.annotations.Nullable
    String add(double score, long time) {
      double value = season.removed(score, time);
      charts = reference.plus(charts, value);
      window[(int) (seen++ % window.length)] = value;
      for (Finding finding : reference.read(charts)) {
        if (finding.share() > 1 && chosen.test(finding.detector())) {
          return finding.detector();
        }
      }
      if (windowed && seen >= window.length && seen % Reference.DISTANCE_EVERY == 0) {
        Finding shape = stability ? reference.read(index, window) : reference.read(grid, window);
        return shape.share() > 1 ? shape.detector() : null;
      }
      return null;
    }

    void restart() {
      charts = Reference.Charts.NEW;
      seen = 0;
    }
  }

  /** Beta(2,2) scores, possibly autocorrelated, possibly with a daily cycle added. */
  static final class Stream {

    private final SplittableRandom random;
    private final double phi;
    private final boolean daily;
    private double state;
    private long taken;

    Stream(long seed, double phi, boolean daily) {
      this.random = new SplittableRandom(seed);
      this.phi = phi;
      this.daily = daily;
      this.state = gauss();
    }

    double next() {
      taken++;
      double cycle = daily ? 0.1 * Math.sin(2 * Math.PI * (taken % A_DAY) / A_DAY) : 0;
      return Math.max(0, Math.min(1, steady() + cycle));
    }

    /** Event time of the last score; always the same without a cycle. */
    long time() {
      return daily ? taken * BETWEEN : 0;
    }

    private double steady() {
      if (phi == 0) {
        return nextBeta();
      }
      state = phi * state + Math.sqrt(1 - phi * phi) * gauss();
      return betaQuantile(normal(state));
    }

    /** The middle of three uniforms is Beta(2,2). */
    double nextBeta() {
      return BetaScores.next(random);
    }

    double nextArcsine() {
      double s = Math.sin(Math.PI * random.nextDouble() / 2);
      return s * s;
    }

    /** Mean and variance of Beta(2,2), mass in two humps. */
    double nextHumps() {
      double side = random.nextBoolean() ? 1 : -1;
      return Math.max(0, Math.min(1, 0.5 + side * 0.218 + 0.05 * gauss()));
    }

    /** Mean and variance of Beta(2,2), three quarters of it in the lower of two humps. */
    double nextUnequalHumps() {
      double middle = random.nextInt(4) == 0 ? 0.86 : 0.38;
      return Math.max(0, Math.min(1, middle + Math.sqrt(0.05 - 0.0432) * gauss()));
    }

    boolean half() {
      return random.nextBoolean();
    }

    private double gauss() {
      return Math.sqrt(-2 * Math.log(1 - random.nextDouble()))
          * Math.cos(2 * Math.PI * random.nextDouble());
    }

    /** Inverse of 3x^2 - 2x^3. */
    private static double betaQuantile(double p) {
      return 0.5 - Math.sin(Math.asin(1 - 2 * p) / 3);
    }

    /** Standard normal distribution function, to 7e-8 (Abramowitz and Stegun 26.2.17). */
    private static double normal(double x) {
      double t = 1 / (1 + 0.2316419 * Math.abs(x));
      double tail =
          Math.exp(-x * x / 2)
              / Math.sqrt(2 * Math.PI)
              * t
              * (0.319381530
                  + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
      return x >= 0 ? 1 - tail : tail;
    }
  }
}
