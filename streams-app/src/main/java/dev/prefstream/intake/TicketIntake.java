package dev.prefstream.intake;

import static java.util.Objects.requireNonNull;

import dev.prefstream.intake.IntakeMeters.Text;
import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.runtime.failure.PoisonReason;
import dev.prefstream.runtime.streams.StageCounters;
import dev.prefstream.runtime.streams.StreamClock;
import dev.prefstream.runtime.streams.Sweep;
import dev.prefstream.schemas.avro.Erasure;
import dev.prefstream.schemas.avro.JoinState;
import dev.prefstream.schemas.avro.JoinedResponse;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.schemas.avro.SettingsInForce;
import dev.prefstream.schemas.avro.Ticket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * A ticket becomes a scoring request, followed by one for each response that came before it; a
 * record without value becomes an erasure. Refuses (with {@link PoisonException}) before it changes
 * a store. Also sweeps the stores it shares with {@link ResponseIntake}.
 */
final class TicketIntake implements Processor<String, Ticket, String, SpecificRecord> {

  private final Intake intake;
  private final StageCounters counters;
  private final Validation validation;
  private @Nullable ProcessorContext<String, SpecificRecord> context;
  private @Nullable JoinStores stores;

  TicketIntake(Intake intake) {
    this.intake = intake;
    this.counters = intake.counters();
    this.validation = new Validation(intake.options().maxTextBytes());
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> context) {
    this.context = context;
    JoinStores stores = JoinStores.of(context);
    this.stores = stores;
    Sweep<JoinState> sweep =
        new Sweep<>(
            stores.joins(),
            join ->
                JoinStores.isExpired(
                    join, intake.clock().now(context), intake.options().retention()),
            (id, join) -> intake.expire(stores, id, join));
    context.schedule(Sweep.EVERY, PunctuationType.WALL_CLOCK_TIME, now -> sweep.step());
  }

  @Override
  @SuppressWarnings("NullAway") // A null value is Kafka's word for "forget it".
  public void process(Record<String, Ticket> record) {
    counters.received();
    ProcessorContext<String, SpecificRecord> context = requireNonNull(this.context);
    JoinStores stores = requireNonNull(this.stores);
    StreamClock clock = intake.clock();
    if (record.value() == null) {
      erase(Validation.erased(record.key()), record, clock.now(context));
      return;
    }
    Ticket ticket = validation.ticket(record.key(), record.value());
    String id = ticket.getTicketId();
    long streamTime = clock.now(context);
    JoinState join = intake.join(stores, id, streamTime);
    if (join.getErased()) {
      intake.meters().droppedAfterErasure();
      counters.processed();
      return;
    }
    String digest = ContentDigest.of(ticket);
    if (join.getTicketDigest() != null) {
      cameBefore(join.getTicketDigest(), digest);
      return;
    }

    if (!intake.options().serves(ticket.getTenantId())) {
      intake.meters().unknownTenant();
    }
    TraceContext.ensure(record.headers(), context.recordMetadata().orElseThrow());
    long time = clock.observe(record.timestamp(), context);
    Instant now = Instant.ofEpochMilli(context.currentSystemTimeMs());
    Optional<SettingsInForce> settings = stores.settings().of(ticket.getTenantId());
    Ticket masked =
        settings
            .map(
                each ->
                    TicketText.masked(
                        ticket,
                        each.getSettings(),
                        found -> intake.meters().masked(Text.TICKET, found)))
            .orElse(ticket);
    ScoringRequest request =
        Requests.forTicket(
            masked, intake.text().metadata(masked), createdAt(ticket, time, clock), now);
    request.setSettings(settings.map(Requests::forDecisions).orElse(null));
    context.forward(record.withTimestamp(time).withValue(request));
    List<JoinedResponse> joined = new ArrayList<>();
    for (JoinedResponse response : join.getResponses()) {
      String key = JoinStores.pendingKey(id, response.getResponseId());
      String text = requireNonNull(stores.pending().delete(key), "text of a pending response");
      int partition = context.taskId().partition();
      context.forward(
          record
              .withTimestamp(time)
              .withValue(intake.request(request, response, text, settings, partition, now)));
      joined.add(JoinedResponse.newBuilder(response).setPending(false).build());
    }
    stores.tickets().put(id, request);
    stores.joins().put(id, new JoinState(digest, joined, false, streamTime));
    counters.processed();
  }

  /** Tells later stages too, and again each time: they may have missed what was in flight. */
  private void erase(String id, Record<String, Ticket> record, long streamTime) {
    ProcessorContext<String, SpecificRecord> context = requireNonNull(this.context);
    JoinStores stores = requireNonNull(this.stores);
    long time = intake.clock().observe(record.timestamp(), context);
    stores.erase(id, intake.join(stores, id, streamTime), streamTime);
    context.forward(
        record.withTimestamp(time).withValue(new Erasure(id, Instant.ofEpochMilli(time))));
    intake.meters().erased();
    counters.processed();
  }

  /** What the source says, unless that is in the future or not said: then the record's time. */
  private Instant createdAt(Ticket ticket, long time, StreamClock clock) {
    Instant said = ticket.getCreatedAt();
    boolean usable =
        said != null && !clock.isAhead(said.toEpochMilli(), requireNonNull(this.context));
    return usable ? said : Instant.ofEpochMilli(time);
  }

  private void cameBefore(String digestBefore, String digest) {
    if (!digest.equals(digestBefore)) {
      throw new PoisonException(
          PoisonReason.CONFLICTING_DUPLICATE,
          "a ticket of this id came before with other content (SHA-256 %s..., now %s...), and stands: publish a changed ticket under a new id"
              .formatted(digestBefore.substring(0, 12), digest.substring(0, 12)));
    }
    counters.duplicate();
  }
}
