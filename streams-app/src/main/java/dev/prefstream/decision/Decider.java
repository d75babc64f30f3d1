package dev.prefstream.decision;

import static dev.prefstream.schemas.TopicHeader.TRACEPARENT;
import static java.util.Objects.requireNonNull;

import dev.prefstream.policy.Candidate.Judged;
import dev.prefstream.policy.ResponsePolicy;
import dev.prefstream.policy.ResponseRules;
import dev.prefstream.policy.records.PolicyWords;
import dev.prefstream.policy.records.Routing;
import dev.prefstream.runtime.streams.StageCounters;
import dev.prefstream.runtime.streams.StreamClock;
import dev.prefstream.runtime.streams.Sweep;
import dev.prefstream.schemas.avro.CandidateInput;
import dev.prefstream.schemas.avro.Deadline;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.HeldCandidate;
import dev.prefstream.schemas.avro.PreferenceSettings;
import dev.prefstream.schemas.avro.Route;
import dev.prefstream.schemas.avro.Score;
import dev.prefstream.schemas.avro.ScoreKind;
import dev.prefstream.schemas.avro.TicketContext;
import dev.prefstream.schemas.avro.TicketPhase;
import dev.prefstream.schemas.avro.TicketState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Writes each ticket's routing to the log exactly once, and gives each STANDARD ticket an end: a
 * response or an escalation. Refuses (with {@link dev.prefstream.runtime.failure.PoisonException})
 * before it changes a store. A ticket waits by stream time and by the wall clock, whichever ends
 * first: what is due by stream time ends before the record that moved it on is looked at, so that
 * the outcome does not depend on when a punctuation passes.
 *
 * <p>The first response that may be sent begins the time to settle, better ones do not begin it
 * anew, and what was sent is never replaced: a late better candidate changes nothing and is
 * counted.
 */
final class Decider implements Processor<String, Score, String, SpecificRecord> {

  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final int DUE_AT_ONCE = 1_000;

  private final DecisionOptions options;
  private final StreamClock clock;
  private final StageCounters counters;
  private final DecisionMeters meters;
  private @Nullable ProcessorContext<String, SpecificRecord> context;
  private @Nullable DecisionStores stores;
  private @Nullable Waiting waiting;

  Decider(
      DecisionOptions options, StreamClock clock, StageCounters counters, DecisionMeters meters) {
    this.options = options;
    this.clock = clock;
    this.counters = counters;
    this.meters = meters;
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> context) {
    DecisionStores stores = DecisionStores.of(context);
    this.context = context;
    this.stores = stores;
    context.schedule(LOOK_EVERY, PunctuationType.WALL_CLOCK_TIME, this::look);
    Sweep<TicketState> sweep =
        new Sweep<>(
            stores.tickets(),
            // An open ticket is never forgotten: its waiting ends by the wall clock.
            ticket ->
                ticket.getPhase() != TicketPhase.OPEN
                    && DecisionStores.isExpired(ticket, streamTime(), options.retention()),
            stores::forget);
    context.schedule(Sweep.EVERY, PunctuationType.WALL_CLOCK_TIME, now -> sweep.step());
  }

  @Override
  public void process(Record<String, Score> record) {
    counters.received();
    Score score = ScoreCheck.valid(record.key(), record.value());
    clock.observe(record.timestamp(), context());
    endDueByStreamTime();
    TicketState ticket = stores().ticket(score.getTicketId(), streamTime(), options.retention());
    if (ticket.getPhase() == TicketPhase.ERASED) {
      meters.droppedAfterErasure();
      counters.processed();
      return;
    }
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
    DecisionRecord routed = Routing.decide(score);
    context().forward(record.withValue(Records.forLog(routed)));
    meters.routed(routed.getRoute());
    if (routed.getRoute() == Route.URGENT) {
      stores().close(id, ticket, null, streamTime());
      return true;
    }
    Deadline waitUntil = Waiting.after(options.waiting(), streamTime(), now);
    waiting().add(waitUntil, id);
    ticket.setPhase(TicketPhase.OPEN);
    ticket.setRouted(routed);
    ticket.setTraceparent(TRACEPARENT.text(record.headers()));
    ticket.setWaitUntil(waitUntil);
    save(id, ticket);
    return true;
  }

  private boolean responseScored(Score score, TicketState ticket) {
    HeldCandidate candidate =
        new HeldCandidate(
            score.getRequestId(),
            new CandidateInput(
                score.getResponseId(),
                score.getScore(),
                score.getStyle(),
                score.getModel(),
                score.getFabrication(),
                score.getResponseSource()));
    ResponseRules rules =
        rules(
            score.getContext(),
            ticket.getRouted() != null
                ? ticket.getRouted().getSettings()
                : Routing.settings(score).getSettings());
    if (ticket.getPhase() == TicketPhase.CLOSED) {
      late(candidate, ticket, rules);
      return true; // Too late to compete, by design.
    }
    Candidates before = new Candidates(ticket.getCandidates());
    if (before.outdate(candidate)) {
      return false;
    }
    if (ResponsePolicy.isHeldBack(PolicyWords.candidate(candidate.getInput()), rules)) {
      meters.heldBack();
    }
    String id = score.getTicketId();
    Candidates all = before.with(candidate);
    stores()
        .responses()
        .put(DecisionStores.responseKey(id, score.getResponseId()), score.getResponseText());
    Optional<HeldCandidate> surplus = all.surplus(options.maxCandidates(), rules);
    if (surplus.isPresent()) {
      all = all.without(surplus.get());
      stores()
          .responses()
          .delete(DecisionStores.responseKey(id, surplus.get().getInput().getResponseId()));
    }
    save(id, TicketState.newBuilder(ticket).setCandidates(all.held()).build());
    return true;
  }

  private void late(HeldCandidate candidate, TicketState ticket, ResponseRules rules) {
    double adjusted =
        ResponsePolicy.judge(PolicyWords.candidate(candidate.getInput()), rules).adjusted().value();
    meters.late(ticket.getAnsweredWith() != null && adjusted > ticket.getAnsweredWith());
  }

  /** Keeps the ticket, and sets or clears the time of choice by whether a candidate is up to it. */
  private void save(String id, TicketState ticket) {
    if (ticket.getPhase() == TicketPhase.OPEN) {
      boolean eligible =
          new Candidates(ticket.getCandidates())
              .best(rules(requireNonNull(ticket.getRouted())))
              .isPresent();
      if (eligible && ticket.getSettleAt() == null) {
        Deadline settleAt =
            Waiting.earlier(
                Waiting.after(options.settle(), streamTime(), context().currentSystemTimeMs()),
                ticket.getWaitUntil());
        waiting().add(settleAt, id);
        ticket.setSettleAt(settleAt);
      } else if (!eligible && ticket.getSettleAt() != null) {
        waiting().remove(ticket.getSettleAt(), id);
        // The end of waiting may have stood at the same time, and must not go with it.
        waiting().add(ticket.getWaitUntil(), id);
        ticket.setSettleAt(null);
      }
    }
    ticket.setChangedAt(streamTime());
    stores().tickets().put(id, ticket);
  }

  private void endDueByStreamTime() {
    List<String> due = waiting().takeByStream(streamTime(), DUE_AT_ONCE);
    while (!due.isEmpty()) {
      end(due, context().currentSystemTimeMs());
      due = waiting().takeByStream(streamTime(), DUE_AT_ONCE);
    }
  }

  /** Ends the waiting of tickets whose time has come by the wall clock. */
  private void look(long now) {
    end(waiting().takeByWall(now, DUE_AT_ONCE), now);
  }

  /**
   * Escalations are committed at once: the scoring stage writes to their topic as well, and who
   * reads it sees nothing behind what is written and not committed.
   */
  private void end(List<String> due, long now) {
    boolean escalated = false;
    for (String id : due) {
      TicketState ticket = stores().tickets().get(id);
      if (ticket != null && ticket.getPhase() == TicketPhase.OPEN) {
        escalated |= end(id, ticket, now);
      }
    }
    if (escalated) {
      context().commit();
    }
  }

  /** Whether it is escalated. */
  private boolean end(String id, TicketState ticket, long now) {
    Candidates candidates = new Candidates(ticket.getCandidates());
    DecisionRecord routed = requireNonNull(ticket.getRouted());
    ResponseRules rules = rules(routed);
    Optional<Judged> best = candidates.best(rules);
    Instant time = Instant.ofEpochMilli(now);
    Double answeredWith = null;
    boolean escalated = best.isEmpty() && escalates(candidates);
    if (best.isPresent()) {
      DecisionRecord answered =
          Records.autoResponded(routed, candidates.inputs(), rules, best.get(), time);
      String key = DecisionStores.responseKey(id, best.get().candidate().responseId());
      String text = requireNonNull(stores().responses().get(key), "text of a candidate");
      emit(id, Records.autoResponse(answered, best.get(), text), ticket, now);
      emit(id, Records.forLog(answered), ticket, now);
      meters.autoResponded();
      answeredWith = best.get().adjusted().value();
    } else if (escalated) {
      DecisionRecord escalation = Records.escalated(routed, candidates.inputs(), rules, time);
      emit(id, Routing.decision(escalation), ticket, now);
      emit(id, Records.forLog(escalation), ticket, now);
      meters.escalated();
    }
    waiting().removeAll(ticket, id);
    stores().close(id, ticket, answeredWith, streamTime());
    return escalated;
  }

  private ResponseRules rules(DecisionRecord routed) {
    return rules(routed.getContext(), routed.getSettings());
  }

  private ResponseRules rules(TicketContext context, PreferenceSettings settings) {
    return PolicyWords.rules(context, settings, options.floor(), options.maxFabricationRisk());
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
      TRACEPARENT.add(headers, ticket.getTraceparent());
    }
    context().forward(new Record<>(id, value, now, headers));
  }

  private long streamTime() {
    return clock.now(context());
  }

  private ProcessorContext<String, SpecificRecord> context() {
    return requireNonNull(context);
  }

  private DecisionStores stores() {
    return requireNonNull(stores);
  }

  private Waiting waiting() {
    Waiting waiting = this.waiting;
    if (waiting == null) {
      waiting = new Waiting(stores().due());
      waiting.restore(stores().tickets());
      this.waiting = waiting;
    }
    return waiting;
  }
}
