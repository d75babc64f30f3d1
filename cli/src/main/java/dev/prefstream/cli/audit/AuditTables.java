package dev.prefstream.cli.audit;

import dev.prefstream.cli.TextTable;
import dev.prefstream.schemas.avro.Disparity;
import dev.prefstream.schemas.avro.FairnessAudit;
import dev.prefstream.schemas.avro.GroupRate;
import dev.prefstream.schemas.avro.ParityMeasure;
import dev.prefstream.schemas.avro.Share;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A fairness audit for people. */
final class AuditTables {

  private AuditTables() {}

  static String of(FairnessAudit audit) {
    StringBuilder text = new StringBuilder();
    LocalDate from = LocalDate.ofInstant(audit.getPeriodStart(), ZoneOffset.UTC);
    LocalDate to = LocalDate.ofInstant(audit.getPeriodEnd(), ZoneOffset.UTC);
    text.append(
        "Tenant %s, decisions from %s until %s: %s urgent\n\n"
            .formatted(audit.getTenantId(), from, to, share(audit.getUrgent())));
    TextTable groups =
        new TextTable("DIMENSION", "GROUP", "DECISIONS", "URGENT", "OF THOSE LABELLED URGENT");
    for (GroupRate group : audit.getGroups()) {
      groups.row(
          group.getDimension(),
          group.getValue(),
          Long.toString(group.getUrgent().getTrials()),
          share(group.getUrgent()),
          share(group.getOpportunity()));
    }
    text.append(groups).append('\n');
    if (audit.getDisparities().isEmpty()) {
      return text.append(
              "No two groups of a dimension have %d decisions: nothing is compared.\n"
                  .formatted(audit.getMinCount()))
          .toString();
    }
    TextTable disparities =
        new TextTable("DIMENSION", "MEASURE", "LOWER", "HIGHER", "DIFFERENCE", "RATIO", "SAYS");
    audit.getDisparities().forEach(each -> row(disparities, each));
    return text.append(disparities)
        .append(
            "\nGroups of at least %d are compared; intervals of %s %% for all pairs of a dimension together.\n"
                .formatted(audit.getMinCount(), number(100 * audit.getConfidence())))
        .toString();
  }

  private static void row(TextTable table, Disparity each) {
    table.row(
        each.getDimension(),
        each.getMeasure() == ParityMeasure.URGENT_RATE ? "urgent" : "of those labelled urgent",
        each.getLowest(),
        each.getHighest(),
        "%s (%s to %s)"
            .formatted(
                number(each.getDifference()),
                number(each.getDifferenceLow()),
                number(each.getDifferenceHigh())),
        "%s (%s to %s)"
            .formatted(
                number(each.getRatio()), number(each.getRatioLow()), number(each.getRatioHigh())),
        verdict(each));
  }

  private static String verdict(Disparity each) {
    if (each.getAlarm()) {
      return "ALARM: below four fifths, beyond chance";
    }
    return each.getFourFifths() ? "alike" : "below four fifths, within chance";
  }

  private static String share(@Nullable Share share) {
    return share == null || share.getTrials() == 0
        ? "-"
        : "%s (%s to %s)"
            .formatted(number(share.getValue()), number(share.getLow()), number(share.getHigh()));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
