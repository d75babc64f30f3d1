package dev.prefstream.drift.detect;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Learns the reference of a {@link MeanDiscrepancy} a part at a time: about a quarter of a second
 * of a core, of which most is the long series that the threshold is read off. It is drawn in blocks
 * of what hours leave of the reference's chunks, with errors of what was taken from them, as they
 * may be. Takes 8 MB. Mutable; one thread.
 */
public final class DiscrepancyLearning implements Learning {

  /** A few embeddings that differ from a constant reference are no change. */
  private static final double LEAST_THRESHOLD = 2e-4;

  private static final int STEPS = 1_000_000;
  private static final int BURN_IN = 3;
  private static final long SEED = 0x5EEDL;

  private final List<EmbeddingChunk> chunks;
  private final EmbeddingCycle cycle;
  private final double[] mean;
  private final int window;
  private final double runLength;
  private final double lost;
  private final Path path;

  /** How chunks may follow the clock. */
  public enum Clock {
    /** Not at all. */
    NONE,
    /** By the hour of the day. */
    DAY,
    /** By the hour of the week; two weeks were seen. */
    WEEK
  }

  /**
   * Begins to learn a reference.
   *
   * @param clock how the chunks may follow it
   * @param chunks in order, at least {@link MeanDiscrepancy#LEAST_CHUNKS}
   * @param part which part they are of all chunks that came meanwhile
   * @param window embeddings that the moving average remembers
   * @param runLength chunks between two false alarms on average
   * @param provisional whether it is of few chunks and stands until there are more: a quarter of
   *     the work
   */
  public DiscrepancyLearning(
      Clock clock,
      List<EmbeddingChunk> chunks,
      double part,
      int window,
      double runLength,
      boolean provisional) {
    if (chunks.size() < MeanDiscrepancy.LEAST_CHUNKS) {
      throw new IllegalArgumentException(
          "found %d chunks of embeddings for a reference, expected at least %d"
              .formatted(chunks.size(), MeanDiscrepancy.LEAST_CHUNKS));
    }
    this.chunks = chunks;
    this.window = window;
    this.runLength = runLength;
    CycleLearning hours =
        clock == Clock.NONE ? null : new CycleLearning(chunks, clock == Clock.WEEK);
    cycle = hours == null ? EmbeddingCycle.NONE : hours.learn(EmbeddingCycle.NONE.removed(chunks));
    double[][] left = cycle.removed(chunks);
    mean = Vectors.mean(left);
    double[][] departures = Vectors.less(left, mean);
    ChunkDependence dependence = ChunkDependence.of(departures);
    lost = dependence.lost();
    CycleErrors errors = null;
    if (hours != null && !cycle.equals(EmbeddingCycle.NONE)) {
      widen(departures, hours.means());
      errors = new CycleErrors(hours, cycle, departures, dependence.block(), part);
    }
    path =
        new Path(
            departures,
            errors,
            dependence.block(),
            MeanDiscrepancy.weight(window),
            provisional ? STEPS / 4 : STEPS);
  }

  /** Along directions of which means of hours were taken away, less is left than came. */
  private void widen(double[][] departures, int means) {
    double factor = Math.sqrt(1 / Math.max(0.25, 1 - (double) means / departures.length)) - 1;
    for (EmbeddingCycle.Part part : cycle.parts()) {
      double[] direction = part.direction().stream().mapToDouble(x -> x).toArray();
      for (double[] departure : departures) {
        Vectors.add(departure, direction, factor * Vectors.product(departure, direction));
      }
    }
  }

  @Override
  public void advance(double part) {
    path.run((int) (part * path.steps()) - (path.steps() - path.left()));
  }

  /** Does the rest of the work. */
  public MeanDiscrepancy.Params finish() {
    path.run(path.left());
    int rest = (int) MeanDiscrepancy.memory(window);
    double level = lost * WindowCalibration.level(path.readings, rest, runLength);
    return new MeanDiscrepancy.Params(
        cycle, Arrays.stream(mean).boxed().toList(), window, Math.max(LEAST_THRESHOLD, level));
  }

  /**
   * Does the rest of the work, for a reference that takes the place of another one: what features
   * have moved by on working days since that one was learnt is no matter of the clock.
   */
  public MeanDiscrepancy.Params finishOnTheLevelOf(MeanDiscrepancy.Params before) {
    MeanDiscrepancy.Params learnt = finish();
    List<EmbeddingChunk> working =
        chunks.stream().filter(chunk -> !Weekend.contains(chunk.hour())).toList();
    if (working.isEmpty()) {
      return learnt;
    }
    double[] level = before.mean().stream().mapToDouble(x -> x).toArray();
    Vectors.add(level, Vectors.mean(cycle.removed(working)), 1);
    Vectors.add(level, Vectors.mean(before.cycle().removed(working)), -1);
    return new MeanDiscrepancy.Params(
        cycle, Arrays.stream(level).boxed().toList(), window, learnt.threshold());
  }

  /** What the statistic reads over blocks of chunks drawn from the reference. */
  private static final class Path extends Simulation {

    private final double[][] departures;
    private final double weight;
    private final int burnIn;
    private final BlockBootstrap places;
    private final @Nullable CycleErrors errors;
    private final double[] average = new double[MeanDiscrepancy.FEATURES];
    private final double[] readings;

    Path(
        double[][] departures,
        @Nullable CycleErrors errors,
        int block,
        double weight,
        int readings) {
      super(readings + burnIn(weight));
      this.departures = departures;
      this.weight = weight;
      this.burnIn = burnIn(weight);
      this.places = new BlockBootstrap(departures.length, block, readings, burnIn, SEED);
      this.readings = new double[readings];
      this.errors = errors;
    }

    private static int burnIn(double weight) {
      return (int) (BURN_IN / weight);
    }

    @Override
    void step(int number) {
      if (errors != null && places.changes()) {
        errors.draw();
      }
      double[] chunk = departures[places.next()];
      for (int f = 0; f < average.length; f++) {
        average[f] += weight * (chunk[f] - average[f]);
      }
      if (errors != null) {
        Vectors.add(average, errors.next(), weight);
      }
      if (number >= burnIn) {
        readings[number - burnIn] = Vectors.product(average, average) / RandomFrequencies.COUNT;
      }
    }
  }
}
