package dev.prefstream.benchmarks.drift;

import static java.util.Objects.requireNonNull;

import dev.prefstream.drift.detect.DiscrepancyLearning;
import dev.prefstream.drift.detect.DiscrepancyLearning.Clock;
import dev.prefstream.drift.detect.EmbeddingChunk;
import dev.prefstream.drift.detect.HourlyVolume;
import dev.prefstream.drift.detect.MeanDiscrepancy;
import dev.prefstream.drift.detect.RandomFrequencies;
import dev.prefstream.drift.detect.Sketch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The discrepancy of embeddings, as the stage charts it. */
final class EmbeddingWatch implements Watch {

  private static final int FIRST = 250;

  /** What a reference is learnt from. */
  private enum Learnt {
    /** As many embeddings as are asked for. */
    FIRST(0, Integer.MAX_VALUE, Clock.NONE),
    /** Two days of them at least, and so many chunks of an hour at most. */
    TWO_DAYS(2, 17, Clock.DAY),
    /** The same of two weeks. */
    TWO_WEEKS(14, 3, Clock.WEEK);

    private final int days;
    private final int ofAnHour;
    private final Clock clock;

    Learnt(int days, int ofAnHour, Clock clock) {
      this.days = days;
      this.ofAnHour = ofAnHour;
      this.clock = clock;
    }

    static Learnt of(ScoreStream.Cycle cycle) {
      return switch (cycle) {
        case NONE -> FIRST;
        case DAILY -> TWO_DAYS;
        case WEEKLY -> TWO_WEEKS;
      };
    }
  }

  private final EmbeddingStream stream;
  private final RandomFrequencies frequencies;
  private final double bandwidth;
  private final float[] sums = new float[MeanDiscrepancy.FEATURES];
  private final MeanDiscrepancy.Params params;
  private MeanDiscrepancy.State state = MeanDiscrepancy.State.NEW;
  private int count;

  /** An embedding's sketch and its event time. */
  private record Timed(Sketch sketch, long time) {}

  /**
   * @param runLength embeddings between two false alarms
   * @param model of which the frequencies follow
   */
  EmbeddingWatch(
      EmbeddingStream stream, boolean provisional, int window, double runLength, String model) {
    this.stream = stream;
    frequencies = new RandomFrequencies(model, EmbeddingStream.SIZE);
    int wanted = provisional ? ScoreWatch.PROVISIONAL : ScoreWatch.REFERENCE;
    List<Timed> reference = new ArrayList<>();
    Learnt of = Learnt.of(stream.cycle());
    for (int i = 0; i < Math.max(wanted, of.days * stream.aDay()); i++) {
      reference.add(timed());
    }
    bandwidth =
        MeanDiscrepancy.bandwidth(reference.subList(0, FIRST).stream().map(Timed::sketch).toList());
    List<EmbeddingChunk> chunks = new ArrayList<>();
    for (Timed embedding : reference) {
      EmbeddingChunk chunk = chunk(embedding);
      if (chunk != null) {
        chunks.add(chunk);
      }
    }
    List<EmbeddingChunk> kept = of == Learnt.FIRST ? chunks : ofEachHour(chunks, of.ofAnHour);
    params =
        new DiscrepancyLearning(
                of.clock,
                kept,
                (double) kept.size() / chunks.size(),
                window,
                runLength / MeanDiscrepancy.CHUNK,
                provisional)
            .finish();
  }

  private static List<EmbeddingChunk> ofEachHour(List<EmbeddingChunk> all, int most) {
    List<EmbeddingChunk> kept = new ArrayList<>();
    long hour = 0;
    int ofTheHour = 0;
    for (EmbeddingChunk chunk : all) {
      long now = HourlyVolume.hour(chunk.time());
      ofTheHour = now == hour ? ofTheHour : 0;
      hour = now;
      double passed = (double) (chunk.time() - now * HourlyVolume.HOUR) / HourlyVolume.HOUR;
      if (ofTheHour < most && passed >= (ofTheHour + 0.5) / most) {
        kept.add(chunk);
        ofTheHour++;
      }
    }
    return kept;
  }

  @Override
  public @Nullable String next() {
    EmbeddingChunk chunk = chunk(timed());
    if (chunk == null) {
      return null;
    }
    state = params.plus(state, chunk, MeanDiscrepancy.CHUNK);
    if (params.read("mmd", state).share() <= 1) {
      return null;
    }
    state = MeanDiscrepancy.State.NEW;
    return "mmd";
  }

  /** Embeddings until it alarms at what comes from now on, or the most. */
  int delay(int most) {
    int delay = 1;
    while (next() == null && delay < most) {
      delay++;
    }
    return delay;
  }

  private Timed timed() {
    Sketch sketch = requireNonNull(frequencies.sketch(stream.next()));
    return new Timed(sketch, stream.time());
  }

  private @Nullable EmbeddingChunk chunk(Timed embedding) {
    MeanDiscrepancy.add(embedding.sketch, bandwidth, sums);
    count++;
    if (count < MeanDiscrepancy.CHUNK) {
      return null;
    }
    float[] mean = sums.clone();
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= count;
      sums[i] = 0;
    }
    count = 0;
    return new EmbeddingChunk(embedding.time, mean);
  }
}
