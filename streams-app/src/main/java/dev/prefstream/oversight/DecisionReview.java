package dev.prefstream.oversight;

import static java.util.Objects.requireNonNull;

import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.runtime.failure.PoisonReason;
import dev.prefstream.runtime.streams.StageCounters;
import dev.prefstream.runtime.streams.StreamClock;
import dev.prefstream.runtime.streams.Sweep;
import dev.prefstream.schemas.avro.CellTally;
import dev.prefstream.schemas.avro.CountCell;
import dev.prefstream.schemas.avro.CountedDecision;
import dev.prefstream.schemas.avro.DecisionEvent;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.ReviewRequest;
import dev.prefstream.schemas.avro.ReviewState;
import dev.prefstream.schemas.avro.TicketContext;
import java.time.Duration;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Takes each ticket's first routing, which is the model's own judgement, into review: counts it and
 * asks an expert about some. What follows a routing (answers, escalations) says nothing about the
 * model's judgement and passes by. Also sweeps the store it shares with {@link LabelReview} and
 * {@link ErasureReview}, and sends on what all three changed in the counts.
 */
final class DecisionReview implements Processor<String, DecisionRecord, String, SpecificRecord> {

  static final Duration SEND_EVERY = Duration.ofSeconds(1);

  private final OversightOptions options;
  private final StreamClock clock;
  private final StageCounters counters;
  private final OversightMeters meters;
  private @Nullable ProcessorContext<String, SpecificRecord> context;
  private @Nullable Reviews reviews;
  private @Nullable ReviewRates rates;
  private @Nullable PendingCounts counts;

  DecisionReview(
      OversightOptions options, StreamClock clock, StageCounters counters, OversightMeters meters) {
    this.options = options;
    this.clock = clock;
    this.counters = counters;
    this.meters = meters;
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> context) {
    this.context = context;
    Reviews reviews = Reviews.of(context, options, meters);
    this.reviews = reviews;
    this.rates = ReviewRates.of(context, options);
    this.counts = PendingCounts.of(context);
    Sweep<ReviewState> sweep =
        new Sweep<>(
            reviews.store(),
            ticket -> Reviews.isExpired(ticket, clock.now(context), options.retention()),
            reviews::expire);
    context.schedule(Sweep.EVERY, PunctuationType.WALL_CLOCK_TIME, now -> sweep.step());
    context.schedule(SEND_EVERY, PunctuationType.WALL_CLOCK_TIME, now -> sendCounts());
  }

  @Override
  public void process(Record<String, DecisionRecord> record) {
    counters.received();
    DecisionRecord decided = record.value();
    if (decided == null) {
      throw Reviews.tombstone("a decision record");
    }
    Reviews.requireKey(record.key(), decided.getTicketId());
    ProcessorContext<String, SpecificRecord> context = requireNonNull(this.context);
    clock.observe(record.timestamp(), context);
    if (decided.getEvent() != DecisionEvent.ROUTED) {
      counters.processed();
      return;
    }
    Reviews reviews = requireNonNull(this.reviews);
    String id = decided.getTicketId();
    long streamTime = clock.now(context);
    ReviewState ticket = reviews.ticket(id, streamTime);
    if (ticket.getErased()) {
      meters.droppedAfterErasure();
      counters.processed();
      return;
    }
    if (ticket.getDecided() != null) {
      counters.duplicate();
      return;
    }
    long decidedAt = decidedAt(decided, context);
    CountCell cell = cell(decided, decidedAt);
    ReviewRates.Rate rate =
        requireNonNull(rates)
            .rate(
                cell.getTenantId(),
                cell.getDomain(),
                cell.getModel(),
                Instant.ofEpochMilli(decidedAt));
    boolean asked = ReviewSample.picks(id, rate.value());
    reviews.change(
        id,
        ticket,
        streamTime,
        known -> known.setDecided(counted(decided, decidedAt, cell, asked)));
    if (asked) {
      Instant now = Instant.ofEpochMilli(context.currentSystemTimeMs());
      context.forward(record.withValue(request(decided, rate, now)));
      meters.requested();
    }
    counters.processed();
  }

  /** To the tenant's counts and to those of all tenants, which are kept in one place. */
  private void sendCounts() {
    ProcessorContext<String, SpecificRecord> context = requireNonNull(this.context);
    for (CellTally change : requireNonNull(counts).take()) {
      String tenant = change.getCell().getTenantId();
      long time = Math.max(0, clock.now(context));
      context.forward(new Record<>(tenant, change, time));
      if (!tenant.equals(Keys.ALL)) {
        context.forward(new Record<>(Keys.ALL, change, time));
      }
    }
  }

  /** The present for a clock that is ahead: windows and plans follow the latest day counted. */
  private long decidedAt(DecisionRecord decided, ProcessorContext<?, ?> context) {
    long said = decided.getDecidedAt().toEpochMilli();
    if (said < 0) {
      throw new PoisonException(
          PoisonReason.INVALID_FIELD, "decided_at is before 1970, expected the time it was made");
    }
    return clock.isAhead(said, context) ? clock.observe(said, context) : said;
  }

  private static CountCell cell(DecisionRecord decided, long decidedAt) {
    TicketContext ticket = decided.getContext();
    String domain = Keys.domain(ticket.getDomain());
    return CountCell.newBuilder()
        .setDay(Math.toIntExact(Window.day(decidedAt)))
        .setTenantId(ticket.getTenantId())
        .setDomain(domain == null ? Keys.NONE : domain)
        .setModel(decided.getModel())
        .setRegion(unlessBlank(ticket.getRegion()))
        .setLanguage(unlessBlank(ticket.getLanguage()))
        .setAuditGroup(unlessBlank(ticket.getAuditGroup()))
        .build();
  }

  private static @Nullable String unlessBlank(@Nullable String value) {
    return value == null || value.isBlank() ? null : value;
  }

  private static CountedDecision counted(
      DecisionRecord decided, long decidedAt, CountCell cell, boolean asked) {
    return CountedDecision.newBuilder()
        .setCell(cell)
        .setRoute(decided.getRoute())
        .setScore(decided.getScore())
        .setLength(decided.getStyle().getLength())
        .setCode(decided.getStyle().getCodeFence())
        .setMarkdown(decided.getStyle().getMarkdown())
        .setAsked(asked)
        .setDecidedAt(decidedAt)
        .build();
  }

  private static ReviewRequest request(DecisionRecord decided, ReviewRates.Rate rate, Instant now) {
    return ReviewRequest.newBuilder()
        .setTicketId(decided.getTicketId())
        .setContext(decided.getContext())
        .setRoute(decided.getRoute())
        .setScore(decided.getScore())
        .setSampledBy("random-sample")
        .setSamplingRate(rate.value())
        .setRequestedAt(now)
        .setModel(decided.getModel())
        .setPlanVersion(rate.version())
        .build();
  }
}
