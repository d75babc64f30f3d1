package dev.prefstream.scorer.model;

import dev.prefstream.schemas.avro.ScoringRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * A model by hand: an id for each word, the logit is the mean of the ids. What it does to a batch
 * before it answers can be set, to let it fail.
 */
public final class FakeModel implements ScoringModel {

  private final Task task;
  private final String version;
  private final Consumer<List<EncodedText>> before;

  /**
   * @param before runs on each batch; what it throws, the session throws
   */
  public FakeModel(Task task, String version, Consumer<List<EncodedText>> before) {
    this.task = task;
    this.version = version;
    this.before = before;
  }

  /** One that never fails. */
  public static FakeModel of(Task task) {
    return new FakeModel(task, "1.0.0", batch -> {});
  }

  @Override
  public ModelIdentity identity() {
    return new ModelIdentity("fake", version, "0".repeat(64), task);
  }

  @Override
  public Calibration calibration() {
    return Calibration.NONE;
  }

  @Override
  public ScoringText text(ScoringRequest request) {
    return ScoringText.of(request.getSubject() + " " + request.getBody());
  }

  @Override
  public EncodedText encode(ScoringText text) {
    String[] words = text.text().strip().toLowerCase(Locale.ROOT).split("\\s+");
    long[] ids =
        Arrays.stream(words)
            .mapToLong(word -> word.matches("w\\d") ? word.charAt(1) - '0' : 10)
            .toArray();
    return EncodedText.ofIds(ids, null, ids.length);
  }

  @Override
  public int paddedLength(int cost) {
    return cost;
  }

  @Override
  public int maxCost() {
    return Integer.MAX_VALUE;
  }

  @Override
  public ModelSession openSession() {
    return new ModelSession() {
      @Override
      public double[] logits(List<EncodedText> batch, int paddedLength) {
        before.accept(batch);
        return batch.stream()
            .mapToDouble(text -> Arrays.stream(text.ids()).average().orElse(0))
            .toArray();
      }

      @Override
      public void close() {
        // Holds nothing.
      }
    };
  }

  @Override
  public void close() {
    // Holds nothing.
  }
}
