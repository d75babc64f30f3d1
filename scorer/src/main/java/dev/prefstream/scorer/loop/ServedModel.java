package dev.prefstream.scorer.loop;

import dev.prefstream.scorer.model.ScoringModel;
import dev.prefstream.scorer.model.Task;
import dev.prefstream.scorer.pack.Lane;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A model in service, as one lane of the packer: tickets go before responses. Counts the rows that
 * still need it, so that it is closed only after the last of them.
 */
final class ServedModel implements Lane {

  private final ScoringModel model;
  private final Task task;
  private final AtomicInteger rows = new AtomicInteger();
  private volatile boolean retired;

  ServedModel(ScoringModel model) {
    this.model = model;
    this.task = model.identity().task();
  }

  ScoringModel model() {
    return model;
  }

  Task task() {
    return task;
  }

  @Override
  public int priority() {
    return task.ordinal();
  }

  @Override
  public int paddedLength(int cost) {
    return model.paddedLength(cost);
  }

  void retain() {
    rows.incrementAndGet();
  }

  void release() {
    rows.decrementAndGet();
  }

  /** Another model has taken over. */
  void retire() {
    retired = true;
  }

  /** Whether another model has taken over and no row needs this one any more. */
  boolean unused() {
    return retired && rows.get() == 0;
  }
}
