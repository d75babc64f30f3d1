package dev.prefstream.oversight;

import static java.util.Objects.requireNonNull;

import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.runtime.failure.PoisonReason;
import dev.prefstream.runtime.streams.StageCounters;
import dev.prefstream.schemas.avro.AuditKind;
import dev.prefstream.schemas.avro.AuditRequest;
import dev.prefstream.schemas.avro.FairnessAudit;
import java.time.DateTimeException;
import java.time.YearMonth;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Answers each request with an audit of the counts as they are, be they none. */
final class AuditDesk implements Processor<String, AuditRequest, String, SpecificRecord> {

  private final StageCounters counters;
  private final OversightMeters meters;
  private final FairnessAudits fairness;
  private @Nullable ProcessorContext<String, SpecificRecord> context;
  private @Nullable Counts counts;

  AuditDesk(OversightOptions options, StageCounters counters, OversightMeters meters) {
    this.counters = counters;
    this.meters = meters;
    this.fairness = new FairnessAudits(options);
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> context) {
    this.context = context;
    this.counts = Counts.of(context);
  }

  @Override
  public void process(Record<String, AuditRequest> record) {
    counters.received();
    AuditRequest request = record.value();
    if (request == null) {
      throw Reviews.tombstone("an audit request");
    }
    if (request.getRequestId().isBlank() || request.getTenantId().isBlank()) {
      throw new PoisonException(
          PoisonReason.MISSING_ID,
          "request_id or tenant_id is blank, expected both, with tenant_id * for all tenants");
    }
    if (!request.getTenantId().equals(record.key())) {
      throw new PoisonException(
          PoisonReason.INVALID_FIELD,
          "the record's key is not the tenant_id: publish each request with its tenant_id as key");
    }
    ProcessorContext<String, SpecificRecord> context = requireNonNull(this.context);
    long now = context.currentSystemTimeMs();
    FairnessAudit audit =
        fairness.audit(
            request.getTenantId(),
            month(request, now),
            requireNonNull(counts).month(request.getTenantId(), month(request, now)),
            AuditKind.ON_DEMAND,
            request.getRequestId());
    context.forward(record.withValue(audit));
    if (audit.getAlarm()) {
      meters.fairnessAlarm(AuditKind.ON_DEMAND);
    }
    counters.processed();
  }

  private static YearMonth month(AuditRequest request, long now) {
    if (request.getMonth() == null) {
      return Window.month(Window.day(now));
    }
    try {
      return CalendarMonth.parse(request.getMonth());
    } catch (DateTimeException e) {
      throw new PoisonException(
          PoisonReason.INVALID_FIELD,
          "month is no calendar month, expected one such as 2026-03",
          e);
    }
  }
}
