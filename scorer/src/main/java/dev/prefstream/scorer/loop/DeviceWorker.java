package dev.prefstream.scorer.loop;

import dev.prefstream.runtime.failure.FailureKind;
import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.runtime.metrics.Metric;
import dev.prefstream.scorer.model.ModelException;
import dev.prefstream.scorer.model.ModelSession;
import dev.prefstream.scorer.pack.Batch;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes batches from the dispatcher, scores them on sessions of its own and ends their rows. Runs
 * until it is interrupted.
 */
final class DeviceWorker implements Runnable, BatchRunner.Listener {

  private static final Logger log = LoggerFactory.getLogger(DeviceWorker.class);

  private final Dispatcher dispatcher;
  private final ScoreRecords records;
  private final DeadLetterBox deadLetters;
  private final StageHealth health;
  private final MeterRegistry meters;
  private final Time time;
  private final Runnable wake;
  private final Map<ServedModel, ModelSession> sessions = new IdentityHashMap<>();
  private final Backoff backoff = new Backoff();

  /**
   * @param records owned by this worker
   * @param wake tells the loop that rows have ended
   */
  DeviceWorker(
      Dispatcher dispatcher,
      ScoreRecords records,
      DeadLetterBox deadLetters,
      StageHealth health,
      MeterRegistry meters,
      Time time,
      Runnable wake) {
    this.dispatcher = dispatcher;
    this.records = records;
    this.deadLetters = deadLetters;
    this.health = health;
    this.meters = meters;
    this.time = time;
    this.wake = wake;
  }

  @Override
  public void run() {
    try (records) {
      while (true) {
        Batch<Row> batch = dispatcher.take();
        try {
          run(batch);
        } finally {
          dispatcher.done();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      health.fault(e);
      wake.run();
    } finally {
      sessions.values().forEach(ModelSession::close);
    }
  }

  private void run(Batch<Row> batch) throws InterruptedException {
    ServedModel served = (ServedModel) batch.lane();
    ModelSession session = sessions.computeIfAbsent(served, model -> model.model().openSession());
    new BatchRunner(session, served, time, this).run(batch.rows());
    closeRetired();
  }

  /** Sessions of models that another one replaced are closed here, by the thread that owns them. */
  private void closeRetired() {
    Iterator<Map.Entry<ServedModel, ModelSession>> all = sessions.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<ServedModel, ModelSession> entry = all.next();
      if (entry.getKey().unused()) {
        entry.getValue().close();
        all.remove();
      }
    }
  }

  @Override
  public void scored(
      List<Row> rows, ModelSession.Answer answer, int paddedLength, long begunNanos) {
    ScoreRecords.Run run =
        new ScoreRecords.Run(begunNanos, time.now() - begunNanos, time.wall().instant());
    measure(rows, paddedLength, run);
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      row.finish(serialised(row, answer.logits()[i], embedding(row, answer, i), run));
    }
    wake.run();
  }

  /** A score stands without its embedding, where that is not of numbers. */
  private float @Nullable [] embedding(Row row, ModelSession.Answer answer, int number) {
    if (answer.hasFiniteEmbedding(number)) {
      return answer.embeddings() == null ? null : answer.embeddings()[number];
    }
    String task = row.prepared().served().task().word();
    Metric.EMBEDDINGS_LEFT_OUT.counter(meters, task).increment();
    return null;
  }

  /** Waits out a registry that cannot be reached; it is asked once for each schema. */
  private Outcome serialised(
      Row row, double logit, float @Nullable [] embedding, ScoreRecords.Run run) {
    while (true) {
      try {
        return records.of(row, logit, embedding, run);
      } catch (RuntimeException e) {
        if (FailureKind.of(e) != FailureKind.TRANSIENT) {
          throw e;
        }
        health.waiting("cannot encode scores: " + e.getMessage());
        sleep();
      }
    }
  }

  private void sleep() {
    try {
      Thread.sleep(backoff.nextMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new org.apache.kafka.common.errors.InterruptException(e);
    }
  }

  private void measure(List<Row> rows, int paddedLength, ScoreRecords.Run run) {
    String task = rows.get(0).prepared().served().task().word();
    long tokens = rows.stream().mapToLong(row -> row.prepared().text().cost()).sum();
    Metric.BATCH_ROWS.summary(meters, task).record(rows.size());
    Metric.BATCH_TOKENS.summary(meters, task).record(tokens);
    Metric.BATCH_PADDED_TOKENS.summary(meters, task).record((double) paddedLength * rows.size());
    Metric.DEVICE_TIME.timer(meters, task).record(run.deviceNanos(), TimeUnit.NANOSECONDS);
    log.atDebug()
        .addKeyValue("task", task)
        .addKeyValue("rows", rows.size())
        .addKeyValue("tokens", tokens)
        .addKeyValue("paddedLength", paddedLength)
        .log("batch scored");
  }

  @Override
  public void poison(Row row, PoisonException failure) {
    row.finish(deadLetters.of(row, failure));
    wake.run();
  }

  @Override
  public void outOfMemory(long paddedTokens) {
    int budget = dispatcher.shrinkBudget(paddedTokens);
    log.atWarn()
        .addKeyValue("paddedTokens", paddedTokens)
        .addKeyValue("tokenBudget", budget)
        .log("device out of memory, batches are smaller from now on");
  }

  @Override
  public void unavailable(ModelException failure) throws InterruptedException {
    log.atWarn().addKeyValue("cause", failure.getMessage()).log("device unavailable, waiting");
    health.waiting(String.valueOf(failure.getMessage()));
    Thread.sleep(Math.max(backoff.nextMillis(), failure.retryAfter().toMillis()));
  }

  @Override
  public void available() {
    backoff.reset();
    health.goesOn();
  }
}
