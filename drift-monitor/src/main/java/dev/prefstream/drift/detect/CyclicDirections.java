package dev.prefstream.drift.detect;

import static dev.prefstream.drift.detect.MeanDiscrepancy.FEATURES;
import static dev.prefstream.drift.detect.Vectors.add;
import static dev.prefstream.drift.detect.Vectors.product;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * The directions in which features follow the clock: those in which the means of the hours differ
 * most, as far as they differ by more than chance makes of the strongest direction. They are the
 * first right singular vectors of the matrix of means, each hour weighed by the root of its chunks;
 * a singular value at the edge of what noise has says nothing of its vector, and is shrunk to
 * nothing (M. Gavish and D. L. Donoho, "Optimal shrinkage of singular values", IEEE Transactions on
 * Information Theory 63 (2017), equation 7, of which the smaller root is left out).
 *
 * <p>What chance makes is drawn: an hour that was seen V times gets V visits of any hours in place
 * of its own, less what is typical of their hour, each with a sign at random (C. F. J. Wu,
 * "Jackknife, bootstrap and other resampling methods in regression analysis", Annals of Statistics
 * 14 (1986)). So noise may be of any shape, and may last as long as an hour does.
 */
final class CyclicDirections {

  /** Hours of a quarter of a day. */
  static final int QUARTER = 6;

  /** Of a kind. A sine moves features along one or two. */
  private static final int MOST = 4;

  private static final int DRAWS = 40;

  /**
   * Standard deviations of what chance makes by which a direction must exceed it: one stream in a
   * thousand without a cycle does (I. M. Johnstone, "On the distribution of the largest eigenvalue
   * in principal components analysis", Annals of Statistics 29 (2001)).
   */
  private static final double SURE = 3.5;

  private static final int ROUNDS = 60;
  private static final long SEED = 0x5EEDL;

  private final long[] hours;
  private final List<Kind> kinds;

  /** Chunks of one hour, or part, of one day: their number, and the sum of what they are off by. */
  private static final class Visit {

    private final double[] sum = new double[FEATURES];
    private int count;
  }

  /** An hour, or part, of the cycle that was seen twice at least. */
  private record Slot(int count, List<Visit> visits) {}

  /**
   * Hours that are compared.
   *
   * @param cycle after how many they come again
   * @param part how many are taken together
   * @param chance what the square of the strongest direction is by chance, on average
   * @param sure what it exceeds by chance once in a thousand
   */
  private record Kind(int cycle, int part, double chance, double sure) {}

  /**
   * A direction in which hours differ.
   *
   * @param vector a unit vector
   * @param kept which part to take of what hours add along it: little where chance makes as strong
   *     ones
   */
  record Direction(double[] vector, double kept) {}

  /**
   * Draws what chance makes.
   *
   * @param hours of chunks, from the epoch, in order
   * @param ofWeek whether two weeks were seen, so that quarters of the days of the week are
   *     compared, and not hours of the day alone
   * @param departures features of the chunks from their mean
   */
  CyclicDirections(long[] hours, boolean ofWeek, double[][] departures) {
    this.hours = hours;
    this.kinds = new ArrayList<>();
    if (ofWeek) {
      kinds.add(kind(departures, HourlyVolume.HOURS, QUARTER));
    }
    kinds.add(kind(departures, HourlyVolume.DAY, 1));
  }

  private Kind kind(double[][] departures, int cycle, int part) {
    List<Slot> slots = slots(departures, cycle, part);
    double[] strongest = slots.isEmpty() ? new double[] {Double.MAX_VALUE} : byChance(slots);
    double mean = Arrays.stream(strongest).average().orElseThrow();
    double square = Arrays.stream(strongest).map(x -> (x - mean) * (x - mean)).sum();
    return new Kind(cycle, part, mean, mean + SURE * Math.sqrt(square / DRAWS));
  }

  private List<Slot> slots(double[][] departures, int cycle, int part) {
    TreeMap<Long, TreeMap<Long, Visit>> bySlot = new TreeMap<>();
    for (int i = 0; i < hours.length; i++) {
      Visit visit =
          bySlot
              .computeIfAbsent(Math.floorMod(hours[i], (long) cycle) / part, x -> new TreeMap<>())
              .computeIfAbsent(Math.floorDiv(hours[i], (long) part), x -> new Visit());
      visit.count++;
      add(visit.sum, departures[i], 1);
    }
    List<Slot> slots = new ArrayList<>();
    for (TreeMap<Long, Visit> visits : bySlot.values()) {
      if (visits.size() > 1) {
        int count = visits.values().stream().mapToInt(visit -> visit.count).sum();
        slots.add(new Slot(count, List.copyOf(visits.values())));
      }
    }
    return slots;
  }

  /**
   * Finds the directions in which hours of the day differ, and before these the ones in which
   * quarters of the days of the week do.
   *
   * @param departures features of chunks at these hours, from their mean
   * @return orthogonal ones, the strongest of each kind first; none where there is no cycle
   */
  List<Direction> find(double[][] departures) {
    List<Direction> found = new ArrayList<>();
    for (Kind kind : kinds) {
      double[][] between = between(slots(departures, kind.cycle, kind.part));
      for (Direction known : found) {
        remove(between, known.vector);
      }
      // Where one is sure, features that bend make others of it, however weak.
      double least = kind.sure;
      for (int i = 0; i < MOST; i++) {
        double[] vector = strongest(between);
        double square = square(between, vector);
        if (!(square > least)) {
          break;
        }
        found.add(new Direction(vector, Math.sqrt(1 - kind.chance / square)));
        remove(between, vector);
        least = kind.chance;
      }
    }
    return found;
  }

  /** Squares and products of what is left without a direction. */
  private static void remove(double[][] squares, double[] direction) {
    double[] along = new double[direction.length];
    Arrays.setAll(along, i -> product(squares[i], direction));
    double square = product(along, direction);
    for (int i = 0; i < along.length; i++) {
      add(squares[i], direction, square * direction[i] - along[i]);
      add(squares[i], along, -direction[i]);
    }
  }

  /** Sum of squares and products of the means of hours. */
  private static double[][] between(List<Slot> slots) {
    double[][] squares = new double[FEATURES][FEATURES];
    for (Slot slot : slots) {
      double[] row = new double[FEATURES];
      for (Visit visit : slot.visits) {
        add(row, visit.sum, 1 / Math.sqrt(slot.count));
      }
      addSquare(squares, row);
    }
    return squares;
  }

  /** Squares of the strongest direction of such sums. */
  private static double[] byChance(List<Slot> slots) {
    List<double[]> noise = noise(slots);
    SplittableRandom random = new SplittableRandom(SEED);
    double[] strongest = new double[DRAWS];
    for (int draw = 0; draw < DRAWS; draw++) {
      double[][] squares = new double[FEATURES][FEATURES];
      for (Slot slot : slots) {
        double[] row = new double[FEATURES];
        for (Visit visit : slot.visits) {
          double weight = Math.sqrt((double) visit.count / slot.count);
          double[] other = noise.get(random.nextInt(noise.size()));
          add(row, other, random.nextBoolean() ? weight : -weight);
        }
        addSquare(squares, row);
      }
      strongest[draw] = square(squares, strongest(squares));
    }
    return strongest;
  }

  /** Of each visit, what its chunks are off by from those of its hour, as of one chunk. */
  private static List<double[]> noise(List<Slot> slots) {
    List<double[]> noise = new ArrayList<>();
    for (Slot slot : slots) {
      double[] mean = new double[FEATURES];
      for (Visit visit : slot.visits) {
        add(mean, visit.sum, 1.0 / slot.count);
      }
      for (Visit visit : slot.visits) {
        // The mean of the hour was brought nearer to the visit by the visit's own part in it.
        double left = 1 - (double) visit.count / slot.count;
        double scale = 1 / Math.sqrt(visit.count * left);
        double[] off = new double[FEATURES];
        add(off, visit.sum, scale);
        add(off, mean, -visit.count * scale);
        noise.add(off);
      }
    }
    return noise;
  }

  /** The eigenvector of the largest eigenvalue, by the power method; any where all are zero. */
  private static double[] strongest(double[][] squares) {
    int size = squares.length;
    int first = 0;
    for (int i = 1; i < size; i++) {
      first = squares[i][i] > squares[first][first] ? i : first;
    }
    double[] vector = squares[first].clone();
    for (int round = 0; round < ROUNDS; round++) {
      double length = Math.sqrt(product(vector, vector));
      if (!(length > 0)) {
        return vector;
      }
      double[] unit = Arrays.stream(vector).map(x -> x / length).toArray();
      vector = Arrays.stream(squares).mapToDouble(row -> product(row, unit)).toArray();
    }
    double length = Math.sqrt(product(vector, vector));
    return Arrays.stream(vector).map(x -> length > 0 ? x / length : 0).toArray();
  }

  private static double square(double[][] squares, double[] unit) {
    double sum = 0;
    for (int i = 0; i < unit.length; i++) {
      sum += unit[i] * product(squares[i], unit);
    }
    return sum;
  }

  private static void addSquare(double[][] squares, double[] row) {
    for (int i = 0; i < row.length; i++) {
      add(squares[i], row, row[i]);
    }
  }
}
