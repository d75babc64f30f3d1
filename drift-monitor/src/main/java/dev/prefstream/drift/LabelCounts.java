package dev.prefstream.drift;

import dev.prefstream.schemas.avro.AccuracyReport;
import dev.prefstream.schemas.avro.AccuracySeen;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an accuracy report counts, and under which name: a later report of the same name replaces
 * the earlier. Those of single domains, and those of all tenants together, say nothing that the
 * others do not.
 *
 * @param name tenant, model and window
 * @param labels labelled decisions
 * @param errors of these, the wrong ones
 */
record LabelCounts(String name, long labels, long errors) {

  private static final String TOGETHER = "*";

  /** Of a report; null for one that only repeats others. */
  static @Nullable LabelCounts of(AccuracyReport report) {
    if (report.getTenantId().equals(TOGETHER) || !report.getDomain().equals(TOGETHER)) {
      return null;
    }
    Instant window = report.getWindowStart();
    String start = window == null ? "" : Long.toString(window.toEpochMilli());
    long errors = report.getFalseUrgent() + report.getFalseStandard();
    return new LabelCounts(
        String.join("\n", report.getTenantId(), report.getModel().getHash(), start),
        report.getTrueUrgent() + report.getTrueStandard() + errors,
        errors);
  }

  /**
   * What came since an earlier report of the same name. A label that was taken back or changed is
   * no new one; where that leaves fewer errors than before, or more of them than labels came, all
   * new labels count as right, or as wrong.
   */
  LabelCounts since(@Nullable AccuracySeen before) {
    if (before == null) {
      return this;
    }
    long more = Math.max(0, labels - before.getLabels());
    long wrong = Math.max(0, errors - before.getErrors());
    return new LabelCounts(name, more, Math.min(more, wrong));
  }

  /** To be kept until the next report of the same name. */
  AccuracySeen seen() {
    return new AccuracySeen(labels, errors);
  }
}
