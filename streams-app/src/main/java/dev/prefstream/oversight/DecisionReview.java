package dev.prefstream.oversight;

import static java.util.Objects.requireNonNull;

import dev.prefstream.runtime.streams.StageCounters;
import dev.prefstream.runtime.streams.Sweep;
import dev.prefstream.schemas.avro.DecisionEvent;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.FairnessSample;
import dev.prefstream.schemas.avro.ReviewRequest;
import dev.prefstream.schemas.avro.ReviewState;
import dev.prefstream.schemas.avro.Route;
import java.time.Duration;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Takes each ticket's first routing, which is the model's own judgement, into review: asks an
 * expert about some, meets the label if it came before, and counts for fairness. What follows a
 * routing (answers, escalations) says nothing about the model's judgement and passes by. Also
 * sweeps the store it shares with {@link LabelReview}.
 */
final class DecisionReview implements Processor<String, DecisionRecord, String, SpecificRecord> {

  private static final Duration SWEEP_EVERY = Duration.ofSeconds(1);
  private static final int SWEEP_ENTRIES = 1_000;

  private final OversightOptions options;
  private final StageCounters counters;
  private @Nullable ProcessorContext<String, SpecificRecord> context;
  private @Nullable Reviews reviews;

  DecisionReview(OversightOptions options, StageCounters counters) {
    this.options = options;
    this.counters = counters;
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> context) {
    this.context = context;
    Reviews reviews = Reviews.of(context);
    this.reviews = reviews;
    Sweep<ReviewState> sweep =
        new Sweep<>(
            reviews.store(),
            review -> Reviews.isExpired(review, context.currentStreamTimeMs(), options.retention()),
            (ticketId, review) -> reviews.store().delete(ticketId));
    context.schedule(
        SWEEP_EVERY, PunctuationType.WALL_CLOCK_TIME, now -> sweep.step(SWEEP_ENTRIES));
  }

  @Override
  public void process(Record<String, DecisionRecord> record) {
    counters.received();
    DecisionRecord decided = record.value();
    if (decided == null) {
      throw Reviews.tombstone("a decision record");
    }
    Reviews.requireKey(record.key(), decided.getTicketId());
    if (decided.getEvent() != DecisionEvent.ROUTED) {
      counters.processed();
      return;
    }
    ProcessorContext<String, SpecificRecord> context = requireNonNull(this.context);
    Reviews reviews = requireNonNull(this.reviews);
    String id = decided.getTicketId();
    ReviewState review = reviews.ticket(id, context.currentStreamTimeMs(), options.retention());
    if (review.getDecided() != null) {
      counters.duplicate();
      return;
    }
    review.setTenantId(decided.getContext().getTenantId());
    review.setModel(decided.getModel());
    review.setDecided(decided.getRoute());
    review.setChangedAt(context.currentStreamTimeMs());
    reviews.store().put(id, review);

    if (review.getLabel() != null) {
      context.forward(record.withValue(Reviews.change(review, review.getLabel(), 1)));
    }
    if (ReviewSample.picks(id, options.reviewRate())) {
      Instant now = Instant.ofEpochMilli(context.currentSystemTimeMs());
      context.forward(record.withValue(request(decided, now)));
    }
    context.forward(record.withValue(sample(decided)));
    counters.processed();
  }

  private ReviewRequest request(DecisionRecord decided, Instant now) {
    return ReviewRequest.newBuilder()
        .setTicketId(decided.getTicketId())
        .setContext(decided.getContext())
        .setRoute(decided.getRoute())
        .setScore(decided.getScore())
        .setSampledBy("random-sample")
        .setSamplingRate(options.reviewRate())
        .setRequestedAt(now)
        .build();
  }

  private static FairnessSample sample(DecisionRecord decided) {
    return FairnessSample.newBuilder()
        .setTenantId(decided.getContext().getTenantId())
        .setUrgent(decided.getRoute() == Route.URGENT)
        .setRegion(decided.getContext().getRegion())
        .setLanguage(decided.getContext().getLanguage())
        .setAuditGroup(decided.getContext().getAuditGroup())
        .setDecidedAt(decided.getDecidedAt().toEpochMilli())
        .build();
  }
}
