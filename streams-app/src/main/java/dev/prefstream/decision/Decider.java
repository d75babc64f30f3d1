package dev.prefstream.decision;

import static java.util.Objects.requireNonNull;

import dev.prefstream.decision.policy.Candidate.Judged;
import dev.prefstream.runtime.streams.StageCounters;
import dev.prefstream.runtime.streams.Sweep;
import dev.prefstream.schemas.avro.CandidateInput;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.HeldCandidate;
import dev.prefstream.schemas.avro.Route;
import dev.prefstream.schemas.avro.RoutingDecision;
import dev.prefstream.schemas.avro.Score;
import dev.prefstream.schemas.avro.ScoreKind;
import dev.prefstream.schemas.avro.TicketPhase;
import dev.prefstream.schemas.avro.TicketState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Gives each ticket exactly one routing decision, and each STANDARD ticket an end: a response or an
 * escalation. Refuses (with {@link dev.prefstream.runtime.failure.PoisonException}) before it
 * changes a store. Waiting is by the wall clock, since a ticket waits even when no record comes.
 */
final class Decider implements Processor<String, Score, String, SpecificRecord> {

  private static final String TRACEPARENT = "traceparent";
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final int DUE_AT_ONCE = 1_000;
  private static final Duration SWEEP_EVERY = Duration.ofSeconds(1);
  private static final int SWEEP_ENTRIES = 1_000;

  private final DecisionOptions options;
  private final StageCounters counters;
  private final DecisionMeters meters;
  private @Nullable ProcessorContext<String, SpecificRecord> context;
  private @Nullable DecisionStores stores;
  private @Nullable DueTimes due;

  Decider(DecisionOptions options, StageCounters counters, DecisionMeters meters) {
    this.options = options;
    this.counters = counters;
    this.meters = meters;
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> context) {
    DecisionStores stores = DecisionStores.of(context);
    this.context = context;
    this.stores = stores;
    this.due = new DueTimes(stores.due());
    context.schedule(LOOK_EVERY, PunctuationType.WALL_CLOCK_TIME, this::look);
    Sweep<TicketState> sweep =
        new Sweep<>(
            stores.tickets(),
            // An open ticket is never forgotten: its waiting ends by the wall clock.
            ticket ->
                ticket.getPhase() != TicketPhase.OPEN
                    && DecisionStores.isExpired(
                        ticket, context.currentStreamTimeMs(), options.retention()),
            stores::forget);
    context.schedule(
        SWEEP_EVERY, PunctuationType.WALL_CLOCK_TIME, now -> sweep.step(SWEEP_ENTRIES));
  }

  @Override
  public void process(Record<String, Score> record) {
    counters.received();
    Score score = ScoreCheck.valid(record.key(), record.value());
    TicketState ticket =
        stores().ticket(score.getTicketId(), context().currentStreamTimeMs(), options.retention());
    boolean news =
        score.getKind() == ScoreKind.TICKET
            ? ticketScored(record, score, ticket)
            : responseScored(score, ticket);
    if (news) {
      counters.processed();
    } else {
      counters.duplicate();
    }
  }

  private boolean ticketScored(Record<String, Score> record, Score score, TicketState ticket) {
    if (ticket.getPhase() != TicketPhase.AWAITING_SCORE) {
      return false;
    }
    String id = score.getTicketId();
    long now = context().currentSystemTimeMs();
    DecisionRecord routed =
        Records.routed(
            score,
            stores().settingsOf(score.getContext().getTenantId()),
            Instant.ofEpochMilli(now));
    RoutingDecision decision = Records.decision(routed, 1);
    context().forward(record.withValue(decision));
    context().forward(record.withValue(routed));
    meters.routed(decision, score.getRequestedAt());
    if (routed.getRoute() == Route.URGENT) {
      stores().close(id, ticket, context().currentStreamTimeMs());
      return true;
    }
    long waitUntil = now + options.waiting().toMillis();
    due().add(waitUntil, id);
    save(
        id,
        TicketState.newBuilder(ticket)
            .setPhase(TicketPhase.OPEN)
            .setRouted(routed)
            .setTraceparent(traceparent(record.headers()))
            .setWaitUntil(waitUntil)
            .build(),
        now);
    return true;
  }

  private boolean responseScored(Score score, TicketState ticket) {
    if (ticket.getPhase() == TicketPhase.CLOSED) {
      return true; // Too late to compete, by design.
    }
    HeldCandidate candidate =
        new HeldCandidate(
            score.getRequestId(),
            new CandidateInput(
                score.getResponseId(), score.getScore(), score.getStyle(), score.getModel()));
    Candidates before = new Candidates(ticket.getCandidates());
    if (before.hold(candidate)) {
      return false;
    }
    String id = score.getTicketId();
    Candidates all = before.with(candidate);
    stores()
        .responses()
        .put(DecisionStores.responseKey(id, score.getResponseId()), score.getResponseText());
    Optional<HeldCandidate> surplus =
        all.surplus(
            options.maxCandidates(),
            Optional.ofNullable(score.getContext().getRegion()),
            PolicyWords.preferences(
                ticket.getRouted() != null
                    ? ticket.getRouted().getSettings()
                    : stores().settingsOf(score.getContext().getTenantId()).getSettings()));
    if (surplus.isPresent()) {
      all = all.without(surplus.get());
      stores()
          .responses()
          .delete(DecisionStores.responseKey(id, surplus.get().getInput().getResponseId()));
    }
    save(
        id,
        TicketState.newBuilder(ticket).setCandidates(all.held()).build(),
        context().currentSystemTimeMs());
    return true;
  }

  /** Keeps the ticket, and sets or clears the time of choice by whether a candidate is up to it. */
  private void save(String id, TicketState ticket, long now) {
    if (ticket.getPhase() == TicketPhase.OPEN) {
      boolean eligible =
          new Candidates(ticket.getCandidates())
              .best(requireNonNull(ticket.getRouted()), options.floor())
              .isPresent();
      if (eligible && ticket.getSettleAt() == null) {
        long settleAt = Math.min(now + options.settle().toMillis(), ticket.getWaitUntil());
        due().add(settleAt, id);
        ticket.setSettleAt(settleAt);
      } else if (!eligible && ticket.getSettleAt() != null) {
        due().remove(ticket.getSettleAt(), id);
        ticket.setSettleAt(null);
      }
    }
    ticket.setChangedAt(context().currentStreamTimeMs());
    stores().tickets().put(id, ticket);
  }

  /** Ends the waiting of tickets whose time has come. */
  private void look(long now) {
    for (String id : due().take(now, DUE_AT_ONCE)) {
      TicketState ticket = stores().tickets().get(id);
      if (ticket != null && ticket.getPhase() == TicketPhase.OPEN) {
        end(id, ticket, now);
      }
    }
  }

  private void end(String id, TicketState ticket, long now) {
    Candidates candidates = new Candidates(ticket.getCandidates());
    DecisionRecord routed = requireNonNull(ticket.getRouted());
    Optional<Judged> best = candidates.best(routed, options.floor());
    Instant time = Instant.ofEpochMilli(now);
    if (best.isPresent()) {
      DecisionRecord answered =
          Records.autoResponded(routed, candidates.inputs(), options.floor(), best.get(), time);
      String key = DecisionStores.responseKey(id, best.get().candidate().responseId());
      String text = requireNonNull(stores().responses().get(key), "text of a candidate");
      emit(id, Records.autoResponse(answered, best.get(), text), ticket, now);
      emit(id, answered, ticket, now);
      meters.autoResponded();
    } else if (escalates(candidates)) {
      DecisionRecord escalated =
          Records.escalated(routed, candidates.inputs(), options.floor(), time);
      emit(id, Records.decision(escalated, 2), ticket, now);
      emit(id, escalated, ticket, now);
      meters.escalated();
    }
    if (ticket.getSettleAt() != null) {
      due().remove(ticket.getSettleAt(), id);
    }
    due().remove(ticket.getWaitUntil(), id);
    stores().close(id, ticket, context().currentStreamTimeMs());
  }

  private boolean escalates(Candidates candidates) {
    return switch (options.escalate()) {
      case ALWAYS -> true;
      case OFFERED -> !candidates.held().isEmpty();
      case NEVER -> false;
    };
  }

  private void emit(String id, SpecificRecord value, TicketState ticket, long now) {
    Headers headers = new RecordHeaders();
    if (ticket.getTraceparent() != null) {
      headers.add(TRACEPARENT, ticket.getTraceparent().getBytes(StandardCharsets.UTF_8));
    }
    context().forward(new Record<>(id, value, now, headers));
  }

  private static @Nullable String traceparent(Headers headers) {
    Header header = headers.lastHeader(TRACEPARENT);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }

  private ProcessorContext<String, SpecificRecord> context() {
    return requireNonNull(context);
  }

  private DecisionStores stores() {
    return requireNonNull(stores);
  }

  private DueTimes due() {
    return requireNonNull(due);
  }
}
