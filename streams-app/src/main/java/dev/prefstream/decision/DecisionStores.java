package dev.prefstream.decision;

import dev.prefstream.runtime.streams.StateSerde;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.HeldCandidate;
import dev.prefstream.schemas.avro.TicketPhase;
import dev.prefstream.schemas.avro.TicketState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * What the decision stage remembers.
 *
 * @param tickets by ticket id
 * @param responses by ticket and response id: texts of candidates
 * @param due by clock, time and ticket id: when to look at a ticket again; see {@link Waiting}
 */
record DecisionStores(
    KeyValueStore<String, TicketState> tickets,
    KeyValueStore<String, String> responses,
    KeyValueStore<String, String> due) {

  private static final String TICKETS = "decision-tickets";
  private static final String RESPONSES = "decision-responses";
  private static final String DUE = "decision-due";

  static final String[] NAMES = {TICKETS, RESPONSES, DUE};

  static List<StoreBuilder<?>> builders() {
    return List.of(
        StateSerde.store(TICKETS, TicketState.class),
        Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(RESPONSES), Serdes.String(), Serdes.String())
            .withLoggingEnabled(
                Map.of(
                    // A whole response must fit, as it does in the topic it goes to.
                    TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                    Integer.toString(Topics.AUTO_RESPONSES.maxMessageBytes()))),
        Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(DUE), Serdes.String(), Serdes.String())
            // An index of the tickets; see Waiting.
            .withLoggingDisabled());
  }

  static DecisionStores of(ProcessingContext context) {
    return new DecisionStores(
        context.getStateStore(TICKETS),
        context.getStateStore(RESPONSES),
        context.getStateStore(DUE));
  }

  /** What is known of a ticket; nothing when its last change is older than the retention. */
  TicketState ticket(String ticketId, long streamTime, Duration retention) {
    TicketState found = tickets.get(ticketId);
    if (found != null && isExpired(found, streamTime, retention)) {
      // As if swept already: what comes out must not depend on when a sweep passes.
      forget(ticketId, found);
      found = null;
    }
    return found == null ? nothing(streamTime) : found;
  }

  /** What is known of a ticket that nothing is known of. */
  static TicketState nothing(long streamTime) {
    return bare(TicketPhase.AWAITING_SCORE, null, streamTime);
  }

  static boolean isExpired(TicketState ticket, long streamTime, Duration retention) {
    return streamTime - ticket.getChangedAt() > retention.toMillis();
  }

  /**
   * Keeps only that the ticket was decided, which is all a duplicate needs to be known by.
   *
   * @param answeredWith adjusted score of the response that was sent; null when none was
   */
  void close(String ticketId, TicketState ticket, @Nullable Double answeredWith, long streamTime) {
    end(ticketId, ticket, TicketPhase.CLOSED, answeredWith, streamTime);
  }

  /** Keeps only that the ticket was erased. */
  void erase(String ticketId, TicketState ticket, long streamTime) {
    end(ticketId, ticket, TicketPhase.ERASED, null, streamTime);
  }

  private void end(
      String ticketId,
      TicketState ticket,
      TicketPhase phase,
      @Nullable Double answeredWith,
      long streamTime) {
    forgetCandidates(ticketId, ticket.getCandidates());
    tickets.put(ticketId, bare(phase, answeredWith, Math.max(streamTime, ticket.getChangedAt())));
  }

  private static TicketState bare(
      TicketPhase phase, @Nullable Double answeredWith, long changedAt) {
    return new TicketState(phase, null, null, List.of(), null, null, answeredWith, changedAt);
  }

  /** Takes out all that is known of a ticket. */
  void forget(String ticketId, TicketState ticket) {
    forgetCandidates(ticketId, ticket.getCandidates());
    tickets.delete(ticketId);
  }

  void forgetCandidates(String ticketId, List<HeldCandidate> candidates) {
    for (HeldCandidate candidate : candidates) {
      responses.delete(responseKey(ticketId, candidate.getInput().getResponseId()));
    }
  }

  /** The length first, so that no two pairs of ids give one key. */
  static String responseKey(String ticketId, String responseId) {
    return ticketId.length() + ":" + ticketId + responseId;
  }
}
