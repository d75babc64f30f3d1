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
   * False alarms, as a part of those of the charts of a {@link Reference} together; see {@link
   * Reference#share}.
   */
  public static final double SHARE = 0.05;

  /** Distances below this part of an embedding's length are the rounding of numbers. */
  private static final double ROUNDING = 1e-6;

  private MeanDiscrepancy() {}

  /**
   * What the newest embeddings are compared with.
   *
   * @param cycle what hours add to the features
   * @param mean mean of what is left of them
   * @param window embeddings that the moving average remembers
   * @param threshold squared discrepancy above which they have changed
   */
  public record Params(EmbeddingCycle cycle, List<Double> mean, int window, double threshold) {
    public Params {
      mean = List.copyOf(mean);
    }

    /** After one more chunk, of so many embeddings. */
    public State plus(State state, EmbeddingChunk chunk, int embeddings) {
      double weight = weight(window);
      double[] left = cycle.removed(chunk);
      float[] next = new float[FEATURES];
      for (int i = 0; i < FEATURES; i++) {
        double departure = state.departure[i];
        next[i] = (float) (departure + weight * (left[i] - mean.get(i) - departure));
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

  /** Chunks of equal weight whose mean would vary as the moving average does. */
  static double memory(int window) {
    return Math.max(2, (double) window / CHUNK);
  }

  /** Weight of the newest chunk in the moving average. */
  static double weight(int window) {
    return 2 / (memory(window) + 1);
  }
}
