package dev.prefstream.drift;

import dev.prefstream.schemas.avro.AccuracyReport;
import dev.prefstream.schemas.avro.AccuracyState;
import dev.prefstream.schemas.avro.ModelRef;
import dev.prefstream.schemas.avro.ModelRelease;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Labels that came together, in one report: in which order they were given is not known. All times
 * are event times in milliseconds since the epoch.
 *
 * @param model the model that decided
 * @param inServiceAt since when it has been in service, at most: the start of the window of its
 *     decisions, 0 where a report has none, or its release where that is later and the last
 * @param released whether no other model was released after it
 * @param labels labelled decisions, at least 1
 * @param errors of these, the wrong ones
 * @param time of the newest of them
 */
record LabelBatch(
    ModelRef model, long inServiceAt, boolean released, long labels, long errors, long time) {

  /**
   * The new labels of a report.
   *
   * @param more what it brings that is new
   * @param last the last release of a model; null where none is known
   * @return null where it brings none, or decisions of a model from before another was released
   */
  static @Nullable LabelBatch of(
      AccuracyReport report, LabelCounts more, @Nullable ModelRelease last) {
    ModelRef model = report.getModel();
    Instant window = report.getWindowStart();
    long decidedAt = window == null ? 0 : window.toEpochMilli();
    long releasedAt = last == null ? Long.MIN_VALUE : last.getReleasedAt().toEpochMilli();
    boolean released = last != null && last.getModel().getHash().equals(model.getHash());
    boolean late = !released && decidedAt < releasedAt;
    return late || more.labels() == 0
        ? null
        : new LabelBatch(
            model,
            released ? Math.max(decidedAt, releasedAt) : decidedAt,
            released,
            more.labels(),
            more.errors(),
            report.getAsOf().toEpochMilli());
  }

  boolean isOf(ModelRef other) {
    return model.getHash().equals(other.getHash());
  }

  /** Whether its model came into service after the one that labels were of so far. */
  boolean replaces(AccuracyState other) {
    return inServiceAt > other.getInServiceAt() || (released && isAsNewAs(other));
  }

  /** Whether it may have come into service before or after that one. */
  boolean isAsNewAs(AccuracyState other) {
    return inServiceAt == other.getInServiceAt();
  }
}
