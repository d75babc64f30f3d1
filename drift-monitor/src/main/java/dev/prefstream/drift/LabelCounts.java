package dev.prefstream.drift;

import dev.prefstream.schemas.avro.AccuracyReport;
import java.time.Instant;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What an accuracy report counts, and under which name: a later report of the same name replaces
 * the earlier. Reports may be cut into windows; those of single domains, and those of all tenants
 * together, say nothing that the others do not.
 *
 * @param name tenant, model and window
 * @param labels labelled decisions
 * @param errors of these, the wrong ones
 */
record LabelCounts(String name, long labels, long errors) {

  private static final String TOGETHER = "*";

  /** Of a report; null for one that only repeats others. */
  static @Nullable LabelCounts of(AccuracyReport report) {
    Object domain = field(report, "domain");
    if (report.getTenantId().equals(TOGETHER) || (domain != null && !domain.equals(TOGETHER))) {
      return null;
    }
    Object window = field(report, "window_start");
    String start = window instanceof Instant time ? Long.toString(time.toEpochMilli()) : "";
    long errors = report.getFalseUrgent() + report.getFalseStandard();
    return new LabelCounts(
        String.join("\n", report.getTenantId(), report.getModel().getHash(), start),
        report.getTrueUrgent() + report.getTrueStandard() + errors,
        errors);
  }

  private static @Nullable Object field(AccuracyReport report, String name) {
    Schema.Field field = report.getSchema().getField(name);
    return field == null ? null : report.get(field.pos());
  }
}
