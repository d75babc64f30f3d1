package dev.prefstream.scorer.remote;

import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.model.ModelException;
import dev.prefstream.scorer.model.ModelException.Kind;
import dev.prefstream.scorer.model.ModelSession;
import dev.prefstream.scorer.remote.RemoteFailure.Blame;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One request in flight at a time. When a batch fails, the canary says whose fault it is: while the
 * server answers it rightly, the batch is refused, so that the caller halves it until the text that
 * is the cause stands alone; otherwise the server counts as unavailable.
 */
final class RemoteSession implements ModelSession {

  /** Tries of a batch that fails for reasons of which the next try may know nothing. */
  private static final int TRIES = 3;

  private final ServedNetwork network;
  private final @Nullable Canary canary;
  private final long intervalNanos;
  private final LongSupplier nanos;
  private long askedAt;
  private boolean doubtful;
  private List<EncodedText> failing = List.of();
  private int failures;

  /**
   * @param canary null while the bundle's golden cases are run for the first time
   * @param interval how often the canary is asked between batches that go well
   */
  RemoteSession(
      ServedNetwork network, @Nullable Canary canary, Duration interval, LongSupplier nanos) {
    this.network = network;
    this.canary = canary;
    this.intervalNanos = interval.toNanos();
    this.nanos = nanos;
    this.askedAt = nanos.getAsLong();
  }

  @Override
  public double[] logits(List<EncodedText> batch, int paddedLength) {
    if (canary != null && (doubtful || nanos.getAsLong() - askedAt >= intervalNanos)) {
      ask(canary);
    }
    try {
      double[] logits = network.logits(batch, paddedLength);
      failures = 0;
      return logits;
    } catch (RemoteFailure e) {
      throw judged(e, batch);
    }
  }

  private void ask(Canary asked) {
    doubtful = true;
    try {
      asked.ask();
    } catch (RemoteFailure e) {
      throw unavailable(e);
    }
    doubtful = false;
    askedAt = nanos.getAsLong();
  }

  private ModelException judged(RemoteFailure e, List<EncodedText> batch) {
    if (canary == null) {
      return new ModelException(
          e.blame() == Blame.REQUEST ? Kind.REFUSED : Kind.UNAVAILABLE,
          e.inFull(),
          e.retryAfter(),
          e);
    }
    doubtful = true;
    if (e.blame() == Blame.SERVER) {
      return unavailable(e);
    }
    ask(canary);
    if (!failing.equals(batch)) {
      failing = List.copyOf(batch);
      failures = 0;
    }
    failures++;
    return e.blame() == Blame.REQUEST || failures >= TRIES
        ? new ModelException(
            Kind.REFUSED, "%s, and answers a golden case rightly".formatted(e.getMessage()), e)
        : unavailable(e);
  }

  private static ModelException unavailable(RemoteFailure e) {
    return new ModelException(Kind.UNAVAILABLE, String.valueOf(e.getMessage()), e.retryAfter(), e);
  }

  @Override
  public void close() {
    // Connections belong to the client, which drops them when they idle.
  }
}
