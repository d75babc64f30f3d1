package dev.prefstream.scorer.loop;

import dev.prefstream.runtime.failure.PoisonReason;
import dev.prefstream.runtime.metrics.Metric;
import dev.prefstream.scorer.model.Task;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What the loop counts, when a transaction is through and not before, so that a replay counts
 * nothing twice.
 */
final class ScoringMeters {

  private static final String STAGE = "scoring";

  private final MeterRegistry registry;
  private final Time time;

  ScoringMeters(MeterRegistry registry, Time time) {
    this.registry = registry;
    this.time = time;
  }

  void committed(List<Row> rows, List<Outcome> outcomes) {
    Metric.RECEIVED.counter(registry, STAGE).increment(rows.size());
    long now = time.wall().millis();
    Map<Task, Timer> timers = new EnumMap<>(Task.class);
    int scored = 0;
    for (int i = 0; i < rows.size(); i++) {
      PoisonReason poison = outcomes.get(i).poison();
      Task task = outcomes.get(i).task();
      if (poison != null) {
        Metric.DEAD_LETTERED.counter(registry, STAGE, poison.name()).increment();
      } else if (task != null) {
        scored++;
        timers
            .computeIfAbsent(task, key -> Metric.SCORE_TIME.timer(registry, key.word()))
            .record(Math.max(0, now - rows.get(i).record.timestamp()), TimeUnit.MILLISECONDS);
      }
    }
    if (scored > 0) {
      Metric.PROCESSED.counter(registry, STAGE).increment(scored);
    }
  }

  /** A transaction failed and its records are read again. */
  void replayed() {
    Metric.EPOCHS_REPLAYED.counter(registry).increment();
  }
}
