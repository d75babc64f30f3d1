package dev.prefstream.drift.detect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Learns how features follow the clock: along the directions in which hours differ ({@link
 * CyclicDirections}), and along each what is learnt of it as of scores ({@link HourOfWeek}). What
 * chance makes of the strongest direction is drawn once, so that more can be learnt of chunks that
 * might as well have come at the same times. Immutable.
 */
final class CycleLearning {

  private final long[] times;
  private final boolean ofWeek;
  private final CyclicDirections directions;

  /**
   * @param chunks in order, of two days at least
   * @param ofWeek whether they are of two weeks, so that hours of the week are told apart
   */
  CycleLearning(List<EmbeddingChunk> chunks, boolean ofWeek) {
    this.times = chunks.stream().mapToLong(EmbeddingChunk::time).toArray();
    this.ofWeek = ofWeek;
    long[] hours = chunks.stream().mapToLong(EmbeddingChunk::hour).toArray();
    double[][] features = EmbeddingCycle.NONE.removed(chunks);
    this.directions =
        new CyclicDirections(hours, ofWeek, Vectors.less(features, Vectors.mean(features)));
  }

  /** Learns from the features of chunks at these times. */
  EmbeddingCycle learn(double[][] features) {
    int span = ofWeek ? HourOfWeek.TWO_WEEKS : HourlyVolume.DAY;
    double[][] departures = Vectors.less(features, Vectors.mean(features));
    List<EmbeddingCycle.Part> parts = new ArrayList<>();
    for (CyclicDirections.Direction direction : directions.find(departures)) {
      double[] vector = direction.vector();
      double[] along =
          Arrays.stream(departures).mapToDouble(x -> Vectors.product(x, vector)).toArray();
      HourOfWeek season =
          HourOfWeek.learn(HourlyScores.of(along, times), span, along, times).season();
      if (!season.equals(HourOfWeek.NONE)) {
        parts.add(
            new EmbeddingCycle.Part(
                rounded(Arrays.stream(vector).boxed(), 1),
                new HourOfWeek(rounded(season.offsets().stream(), direction.kept()))));
      }
    }
    return new EmbeddingCycle(parts);
  }

  /** A part of numbers, as it is kept, in four bytes each. */
  private static List<Double> rounded(Stream<Double> numbers, double part) {
    return numbers.map(x -> (double) (float) (part * x)).toList();
  }

  /** Hours after which it comes again. */
  int cycle() {
    return ofWeek ? HourlyVolume.HOURS : HourlyVolume.DAY;
  }

  /** Means that were told apart along a direction, about: of hours, and of parts of the week. */
  int means() {
    return HourlyVolume.DAY + (ofWeek ? HourlyVolume.HOURS / CyclicDirections.QUARTER : 0);
  }

  /** Chunks that each hour of the cycle brings once, on average. */
  double[] chunks() {
    return Arrays.stream(HourlyScores.of(new double[times.length], times).slots(cycle()))
        .mapToDouble(slot -> (double) slot.count() / Math.max(1, slot.means().count()))
        .toArray();
  }

  /** The features of a chunk, by its number, with what its hour adds. */
  double[] added(EmbeddingCycle cycle, double[] left, int number) {
    double[] features = left.clone();
    cycle.add(features, HourlyVolume.hour(times[number]), 1);
    return features;
  }
}
