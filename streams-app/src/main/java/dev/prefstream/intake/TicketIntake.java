package dev.prefstream.intake;

import static java.util.Objects.requireNonNull;

import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.runtime.failure.PoisonReason;
import dev.prefstream.runtime.streams.StageCounters;
import dev.prefstream.runtime.streams.Sweep;
import dev.prefstream.schemas.avro.JoinState;
import dev.prefstream.schemas.avro.JoinedResponse;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.schemas.avro.Ticket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * A ticket becomes a scoring request, followed by one for each response that came before it.
 * Refuses (with {@link PoisonException}) before it changes a store. Also sweeps the stores it
 * shares with {@link ResponseIntake}.
 */
final class TicketIntake implements Processor<String, Ticket, String, ScoringRequest> {

  private static final Duration SWEEP_EVERY = Duration.ofSeconds(1);
  private static final int SWEEP_ENTRIES = 1_000;

  private final IntakeOptions options;
  private final StageCounters counters;
  private final Validation validation;
  private @Nullable ProcessorContext<String, ScoringRequest> context;
  private @Nullable JoinStores stores;

  TicketIntake(IntakeOptions options, StageCounters counters) {
    this.options = options;
    this.counters = counters;
    this.validation = new Validation(options.maxTextBytes());
  }

  @Override
  public void init(ProcessorContext<String, ScoringRequest> context) {
    this.context = context;
    JoinStores stores = JoinStores.of(context);
    this.stores = stores;
    Sweep<JoinState> sweep =
        new Sweep<>(
            stores.joins(),
            join -> JoinStores.isExpired(join, context.currentStreamTimeMs(), options.retention()),
            stores::forget);
    context.schedule(
        SWEEP_EVERY, PunctuationType.WALL_CLOCK_TIME, now -> sweep.step(SWEEP_ENTRIES));
  }

  @Override
  public void process(Record<String, Ticket> record) {
    counters.received();
    Ticket ticket = validation.ticket(record.key(), record.value());
    ProcessorContext<String, ScoringRequest> context = requireNonNull(this.context);
    JoinStores stores = requireNonNull(this.stores);
    long streamTime = context.currentStreamTimeMs();
    String id = ticket.getTicketId();
    JoinState join = stores.join(id, streamTime, options.retention());
    String digest = ContentDigest.of(ticket);
    if (join.getTicketDigest() != null) {
      cameBefore(join.getTicketDigest(), digest);
      return;
    }

    TraceContext.ensure(record.headers(), context.recordMetadata().orElseThrow());
    Instant now = Instant.ofEpochMilli(context.currentSystemTimeMs());
    ScoringRequest request =
        Requests.forTicket(ticket, Instant.ofEpochMilli(record.timestamp()), now);
    context.forward(record.withValue(request));
    List<JoinedResponse> joined = new ArrayList<>();
    for (JoinedResponse response : join.getResponses()) {
      String key = JoinStores.pendingKey(id, response.getResponseId());
      String text = requireNonNull(stores.pending().delete(key), "text of a pending response");
      context.forward(
          record.withValue(Requests.forResponse(request, response.getResponseId(), text, now)));
      joined.add(new JoinedResponse(response.getResponseId(), response.getTextDigest(), false));
    }
    stores.tickets().put(id, request);
    stores.joins().put(id, new JoinState(digest, joined, streamTime));
    counters.processed();
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
