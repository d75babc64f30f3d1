package dev.prefstream.scorer.loop;

import dev.prefstream.scorer.model.ScoringModel;
import dev.prefstream.scorer.model.Task;
import dev.prefstream.scorer.pack.Lane;

/**
 * A model in service, as one lane of the packer: tickets go before responses. Counts the rows that
 * still need it, so that it is closed only after the last of them.
 */
final class ServedModel implements Lane {

  private final ScoringModel model;
  private final Task task;
  private int rows;
  private boolean retired;
  private boolean gone;

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

  /** Keeps the model for one more row; false when it is gone already. */
  synchronized boolean retain() {
    if (!gone) {
      rows++;
    }
    return !gone;
  }

  /** A row does not need the model any more. */
  synchronized void release() {
    rows--;
  }

  /** Another model has taken over. */
  synchronized void retire() {
    retired = true;
  }

  /** Whether another model has taken over and no row needs this one; then none ever will again. */
  synchronized boolean unused() {
    gone |= retired && rows == 0;
    return gone;
  }
}
