package dev.prefstream.intake;

import static java.util.Objects.requireNonNull;

import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.runtime.failure.PoisonReason;
import dev.prefstream.runtime.streams.StageCounters;
import dev.prefstream.schemas.avro.JoinState;
import dev.prefstream.schemas.avro.JoinedResponse;
import dev.prefstream.schemas.avro.Response;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.schemas.avro.SettingsInForce;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * A response becomes a scoring request together with its ticket, or waits for it. The same text
 * again is dropped; another text under the same id is an edit and is scored again. A text that
 * waits is kept as it was published, since the tenant is known by the ticket alone. Refuses (with
 * {@link PoisonException}) before it changes a store.
 */
final class ResponseIntake implements Processor<String, Response, String, SpecificRecord> {

  private final Intake intake;
  private final StageCounters counters;
  private final Validation validation;
  private @Nullable ProcessorContext<String, SpecificRecord> context;
  private @Nullable JoinStores stores;

  ResponseIntake(Intake intake) {
    this.intake = intake;
    this.counters = intake.counters();
    this.validation = new Validation(intake.options().maxTextBytes());
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> context) {
    this.context = context;
    this.stores = JoinStores.of(context);
  }

  @Override
  public void process(Record<String, Response> record) {
    counters.received();
    Response response = validation.response(record.key(), record.value());
    ProcessorContext<String, SpecificRecord> context = requireNonNull(this.context);
    JoinStores stores = requireNonNull(this.stores);
    long streamTime = intake.clock().now(context);
    String ticketId = response.getTicketId();
    String responseId = response.getResponseId();
    String digest = Requests.textDigest(response);
    JoinState join = intake.join(stores, ticketId, streamTime);
    if (join.getErased()) {
      intake.meters().droppedAfterErasure();
      counters.processed();
      return;
    }
    Optional<JoinedResponse> before =
        join.getResponses().stream()
            .filter(known -> known.getResponseId().equals(responseId))
            .findFirst();
    if (before.filter(known -> known.getTextDigest().equals(digest)).isPresent()) {
      counters.duplicate();
      return;
    }
    if (before.isEmpty() && join.getResponses().size() >= intake.options().maxResponses()) {
      throw new PoisonException(
          PoisonReason.INVALID_FIELD,
          "the ticket has %d responses already, and no more are taken: publish fewer or raise %s"
              .formatted(intake.options().maxResponses(), IntakeOptions.MAX_RESPONSES.key()));
    }

    long time = intake.clock().observe(record.timestamp(), context);
    boolean pending = join.getTicketDigest() == null;
    RecordMetadata published = context.recordMetadata().orElseThrow();
    JoinedResponse joined = new JoinedResponse(responseId, digest, pending, published.offset());
    if (pending) {
      stores.pending().put(JoinStores.pendingKey(ticketId, responseId), response.getText());
    } else {
      TraceContext.ensure(record.headers(), published);
      ScoringRequest ticket = requireNonNull(stores.tickets().get(ticketId), "a known ticket");
      Instant now = Instant.ofEpochMilli(context.currentSystemTimeMs());
      Optional<SettingsInForce> settings = stores.settings().of(ticket.getContext().getTenantId());
      context.forward(
          record
              .withTimestamp(time)
              .withValue(
                  intake.request(
                      ticket, joined, response.getText(), settings, published.partition(), now)));
    }
    List<JoinedResponse> responses = new ArrayList<>(join.getResponses());
    before.ifPresent(responses::remove);
    responses.add(joined);
    stores
        .joins()
        .put(ticketId, new JoinState(join.getTicketDigest(), responses, false, streamTime));
    counters.processed();
  }
}
