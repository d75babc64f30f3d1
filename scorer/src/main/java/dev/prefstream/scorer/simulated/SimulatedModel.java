package dev.prefstream.scorer.simulated;

import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.scorer.model.Calibration;
import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.model.ModelIdentity;
import dev.prefstream.scorer.model.ModelSession;
import dev.prefstream.scorer.model.ScoringModel;
import dev.prefstream.scorer.model.ScoringText;
import dev.prefstream.scorer.model.Task;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A model without a network on a device that takes a fixed time for each call and a fixed time for
 * each padded token, one call at a time however many sessions there are. Its logits depend on the
 * words alone. Ids and version say that it is simulated.
 */
public final class SimulatedModel implements ScoringModel {

  private static final int LENGTHS_STEP = 16;

  private final Task task;
  private final long launchNanos;
  private final double nanosPerToken;
  private final int maxLength;
  private final ReentrantLock device = new ReentrantLock(true);

  /**
   * @param launch what a call costs beside its tokens
   * @param perThousandTokens what 1,000 padded tokens cost
   * @param maxLength words kept of a text, at least 1
   */
  public SimulatedModel(Task task, Duration launch, Duration perThousandTokens, int maxLength) {
    this.task = task;
    this.launchNanos = launch.toNanos();
    this.nanosPerToken = perThousandTokens.toNanos() / 1_000.0;
    this.maxLength = maxLength;
  }

  @Override
  public ModelIdentity identity() {
    return new ModelIdentity("simulated-" + task.word(), "0.0.0-simulated", "0".repeat(64), task);
  }

  @Override
  public Calibration calibration() {
    return Calibration.NONE;
  }

  @Override
  public ScoringText text(ScoringRequest request) {
    String response = request.getResponseText();
    return ScoringText.of(
        request.getSubject() + " " + request.getBody() + (response == null ? "" : " " + response));
  }

  @Override
  public EncodedText encode(ScoringText text) {
    String[] words = text.text().strip().split("\\s+");
    long[] ids =
        Arrays.stream(words).limit(maxLength).mapToLong(word -> word.hashCode() & 0xFFFF).toArray();
    return EncodedText.ofIds(ids, null, words.length);
  }

  @Override
  public int paddedLength(int cost) {
    return (cost + LENGTHS_STEP - 1) / LENGTHS_STEP * LENGTHS_STEP;
  }

  @Override
  public int maxCost() {
    return maxLength;
  }

  @Override
  public ModelSession openSession() {
    return new Session();
  }

  @Override
  public void close() {
    // Holds nothing.
  }

  private final class Session implements ModelSession {

    @Override
    public double[] logits(List<EncodedText> batch, int paddedLength) {
      device.lock();
      try {
        long until =
            System.nanoTime() + launchNanos + (long) (nanosPerToken * paddedLength * batch.size());
        for (long left = until - System.nanoTime();
            left > 0 && !Thread.currentThread().isInterrupted();
            left = until - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
      } finally {
        device.unlock();
      }
      return batch.stream().mapToDouble(Session::logit).toArray();
    }

    /** Between -4 and 4, by the words. */
    private static double logit(EncodedText text) {
      return Math.floorMod(Arrays.hashCode(text.ids()), 8_001) / 1_000.0 - 4;
    }

    @Override
    public void close() {
      // Holds nothing.
    }
  }
}
