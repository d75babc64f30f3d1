package dev.prefstream.drift.detect;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether embeddings still come from where those of the reference came from: the squared maximum
 * mean discrepancy of a Gaussian kernel between the reference and the newest, on random Fourier
 * features, so that a sum of features stands for a set of embeddings.
 *
 * <p>A. Gretton, K. Borgwardt, M. Rasch, B. Schoelkopf and A. Smola, "A kernel two-sample test",
 * JMLR 13 (2012), for the discrepancy and for the median of distances as the bandwidth; A. Rahimi
 * and B. Recht (2007) for the features; N. Keriven, D. Garreau and I. Poli, "NEWMA: a new method
 * for scalable model-free online change-point detection", IEEE Transactions on Signal Processing 68
 * (2020), for moving averages of features. Where NEWMA compares two averages, this compares one
 * with the frozen reference, so that what has changed never becomes what it is compared with.
 *
 * <p>Features are averaged over chunks of successive embeddings, chunks by exponential weights
 * whose memory is the window's.
 */
public final class MeanDiscrepancy {

  /** Features of an embedding: cosine and sine at each frequency. */
  public static final int FEATURES = 2 * RandomFrequencies.COUNT;

  /** Embeddings in a chunk, or about so many. */
  public static final int CHUNK = 25;

  /** Fewest chunks of a reference. */
  public static final int LEAST_CHUNKS = 20;

  /**
   * False alarms, as a part of those of the charts of a {@link Reference} together: who chooses it
   * learns references with a run length that is longer by this part.
   */
  public static final double SHARE = 0.05;

  /** A few embeddings that differ from a constant reference are no change. */
  private static final double LEAST_THRESHOLD = 2e-4;

  private static final int STEPS = 1_000_000;
  private static final int BURN_IN = 3;
  private static final int MOST_LAGS = 20;

  /** No less is believed of chunks that seem to balance each other. */
  private static final double LEAST_LOST = 0.8;

  /** Standard errors that count as more than chance. */
  private static final double SURE = 2;

  /** Length of blocks, in lags at which chunks depend on each other. */
  private static final int BLOCK = 10;

  /** Distances below this part of an embedding's length are the rounding of numbers. */
  private static final double ROUNDING = 1e-6;

  private static final long SEED = 0x5EEDL;

  private MeanDiscrepancy() {}

  /**
   * What the newest embeddings are compared with.
   *
   * @param mean mean of the features
   * @param window embeddings that the moving average remembers
   * @param threshold squared discrepancy above which they have changed
   */
  public record Params(List<Double> mean, int window, double threshold) {
    public Params {
      mean = List.copyOf(mean);
    }

    /** After one more chunk. */
    public State plus(State state, float[] chunk, int embeddings) {
      double weight = weight(window);
      float[] next = new float[FEATURES];
      for (int i = 0; i < FEATURES; i++) {
        double departure = state.departure[i];
        next[i] = (float) (departure + weight * (chunk[i] - mean.get(i) - departure));
      }
      State begun = new State(next, state.since + embeddings);
      return begun.statistic() > threshold / 2 ? begun : new State(next, 0);
    }

    /**
     * How many embeddings ago the change began. The root of the discrepancy rises evenly at first:
     * from half the threshold on it takes that part of its way. At most a window more.
     */
    public long began(State state) {
      return Math.min((long) (state.since / (1 - Math.sqrt(0.5))), state.since + window);
    }

    /** What it reads. */
    public Finding read(String name, State state) {
      return new Finding(name, state.statistic(), threshold);
    }
  }

  /**
   * The moving average so far.
   *
   * @param departure of the features' moving average from the reference's mean
   * @param since embeddings since the squared discrepancy was last below half its threshold
   */
  @SuppressWarnings("ArrayRecordComponent") // Not compared; made, packed and dropped.
  public record State(float[] departure, long since) {

    /** Before any chunk. */
    public static final State NEW = new State(new float[FEATURES], 0);

    /** The squared discrepancy, averaged over frequencies: at most 4. */
    public double statistic() {
      double sum = 0;
      for (float x : departure) {
        sum += (double) x * x;
      }
      return sum / RandomFrequencies.COUNT;
    }
  }

  /** Adds the features of an embedding to a sum of them. */
  public static void add(Sketch sketch, double bandwidth, float[] sums) {
    for (int frequency = 0; frequency < RandomFrequencies.COUNT; frequency++) {
      double angle = sketch.product(frequency) / bandwidth;
      sums[2 * frequency] += (float) Math.cos(angle);
      sums[2 * frequency + 1] += (float) Math.sin(angle);
    }
  }

  /**
   * The median distance between embeddings that differ, by their sketches; positive.
   *
   * @param sketches at least two
   */
  public static double bandwidth(List<Sketch> sketches) {
    double square = 0;
    for (Sketch sketch : sketches) {
      square = Math.max(square, squareDistance(sketch, null));
    }
    double least = Math.max(Double.MIN_NORMAL, square * ROUNDING * ROUNDING);
    int n = sketches.size();
    double[] squares = new double[n * (n - 1) / 2];
    int count = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        double distance = squareDistance(sketches.get(i), sketches.get(j));
        if (distance > least) {
          squares[count++] = distance;
        }
      }
    }
    double[] positive = Arrays.copyOf(squares, count);
    Arrays.sort(positive);
    return Math.sqrt(count == 0 ? least : positive[count / 2]);
  }

  /** Of two, or of one from the origin. */
  private static double squareDistance(Sketch one, @Nullable Sketch other) {
    double sum = 0;
    for (int frequency = 0; frequency < RandomFrequencies.COUNT; frequency++) {
      double difference =
          (double) one.product(frequency) - (other == null ? 0 : other.product(frequency));
      sum += difference * difference / RandomFrequencies.COUNT;
    }
    return sum;
  }

  /**
   * Begins to learn a reference: about a quarter of a second of a core.
   *
   * @param chunks means of the features of chunks, in order, at least {@link #LEAST_CHUNKS}
   * @param window embeddings that the moving average remembers
   * @param runLength chunks between two false alarms on average
   * @param provisional whether it is of few chunks and stands until there are more: a quarter of
   *     the work
   */
  public static Learning learning(
      List<float[]> chunks, int window, double runLength, boolean provisional) {
    return new Learning(chunks, window, runLength, provisional ? STEPS / 4 : STEPS);
  }

  /** Learns a reference a part at a time. Takes 8 MB. Mutable; one thread. */
  public static final class Learning implements dev.prefstream.drift.detect.Learning {

    private final Double[] mean = new Double[FEATURES];
    private final int window;
    private final double runLength;
    private final Dependence dependence;
    private final Path path;

    private Learning(List<float[]> chunks, int window, double runLength, int steps) {
      int n = chunks.size();
      if (n < LEAST_CHUNKS) {
        throw new IllegalArgumentException(
            "found %d chunks of embeddings for a reference, expected at least %d"
                .formatted(n, LEAST_CHUNKS));
      }
      double[][] departures = new double[n][FEATURES];
      for (int f = 0; f < FEATURES; f++) {
        double sum = 0;
        for (float[] chunk : chunks) {
          sum += chunk[f];
        }
        mean[f] = sum / n;
        for (int i = 0; i < n; i++) {
          departures[i][f] = chunks.get(i)[f] - mean[f];
        }
      }
      this.window = window;
      this.runLength = runLength;
      this.dependence = Dependence.of(departures);
      this.path = new Path(departures, dependence.block(), weight(window), steps);
    }

    @Override
    public void advance(double part) {
      path.run((int) (part * path.steps()) - (path.steps() - path.left()));
    }

    /** Does the rest of the work. */
    public Params finish() {
      path.run(path.left());
      int rest = (int) memory(window);
      double level = dependence.lost() * WindowCalibration.level(path.readings, rest, runLength);
      return new Params(Arrays.asList(mean), window, Math.max(LEAST_THRESHOLD, level));
    }
  }

  /** Chunks of equal weight whose mean would vary as the moving average does. */
  private static double memory(int window) {
    return Math.max(2, (double) window / CHUNK);
  }

  private static double weight(int window) {
    return 2 / (memory(window) + 1);
  }

  /** What the statistic reads over blocks of chunks drawn from the reference. */
  private static final class Path extends Simulation {

    private final double[][] departures;
    private final double weight;
    private final int burnIn;
    private final BlockBootstrap places;
    private final double[] average = new double[FEATURES];
    private final double[] readings;

    Path(double[][] departures, int block, double weight, int readings) {
      super(readings + burnIn(weight));
      this.departures = departures;
      this.weight = weight;
      this.burnIn = burnIn(weight);
      this.places = new BlockBootstrap(departures.length, block, readings, burnIn, SEED);
      this.readings = new double[readings];
    }

    private static int burnIn(double weight) {
      return (int) (BURN_IN / weight);
    }

    @Override
    void step(int number) {
      double[] chunk = departures[places.next()];
      double sum = 0;
      for (int f = 0; f < FEATURES; f++) {
        average[f] += weight * (chunk[f] - average[f]);
        sum += average[f] * average[f];
      }
      if (number >= burnIn) {
        readings[number - burnIn] = sum / RandomFrequencies.COUNT;
      }
    }
  }

  /**
   * How chunks depend on those before them, in the directions in which they vary most, for these
   * make the tail of the statistic.
   *
   * @param block chunks to draw together, see {@link BlockBootstrap}
   * @param lost how much larger the variance of a long average is than with such blocks, which cut
   *     what neighbours share
   */
  private record Dependence(int block, double lost) {

    static Dependence of(double[][] departures) {
      int n = departures.length;
      double[][] turned = turned(departures);
      double whole = 0;
      for (int i = 0; i < n; i++) {
        whole += product(departures[i], turned[i]);
      }
      if (!(whole > 0)) {
        return new Dependence(1, 1);
      }
      int most = Math.min(MOST_LAGS, n / 4);
      double[] correlation = new double[most + 1];
      int lags = 0;
      for (int lag = 1; lag <= most; lag++) {
        double sum = 0;
        for (int i = lag; i < n; i++) {
          sum += product(departures[i], turned[i - lag]);
        }
        correlation[lag] = sum / whole;
        if (lags == lag - 1 && correlation[lag] > SURE / Math.sqrt(n)) {
          lags = lag;
        }
      }
      int block = lags == 0 ? 1 : Math.max(1, Math.min(BLOCK * lags, n / 8));
      double all = 1;
      double kept = 1;
      for (int lag = 1; lag <= Math.max(1, lags); lag++) {
        all += 2 * correlation[lag];
        kept += 2 * correlation[lag] * Math.max(0, 1 - (double) lag / block);
      }
      return new Dependence(block, Math.max(LEAST_LOST, all / kept));
    }

    /** Each times the covariance of all, so that a product weighs directions by their variance. */
    private static double[][] turned(double[][] departures) {
      int n = departures.length;
      double[][] covariance = new double[FEATURES][FEATURES];
      for (double[] x : departures) {
        for (int f = 0; f < FEATURES; f++) {
          for (int g = 0; g < FEATURES; g++) {
            covariance[f][g] += x[f] * x[g] / n;
          }
        }
      }
      double[][] turned = new double[n][FEATURES];
      for (int i = 0; i < n; i++) {
        for (int f = 0; f < FEATURES; f++) {
          turned[i][f] = product(covariance[f], departures[i]);
        }
      }
      return turned;
    }

    private static double product(double[] a, double[] b) {
      double sum = 0;
      for (int f = 0; f < FEATURES; f++) {
        sum += a[f] * b[f];
      }
      return sum;
    }
  }
}
