package dev.prefstream.oversight;

import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.runtime.failure.PoisonReason;
import dev.prefstream.runtime.streams.StateSerde;
import dev.prefstream.schemas.avro.CellTally;
import dev.prefstream.schemas.avro.CountCell;
import dev.prefstream.schemas.avro.CountedDecision;
import dev.prefstream.schemas.avro.ReviewState;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.jspecify.annotations.Nullable;

/**
 * What is known of each ticket, with the counts that follow from it: whatever comes, a ticket is
 * counted for what is known of it now, and no longer for what was known before. So neither the
 * order of a ticket's records nor their repetition shows in the counts.
 */
final class Reviews {

  static final String STORE = "oversight-reviews";

  private final KeyValueStore<String, ReviewState> store;
  private final PendingCounts counts;
  private final OversightOptions options;
  private final OversightMeters meters;

  private Reviews(
      KeyValueStore<String, ReviewState> store,
      PendingCounts counts,
      OversightOptions options,
      OversightMeters meters) {
    this.store = store;
    this.counts = counts;
    this.options = options;
    this.meters = meters;
  }

  static StoreBuilder<?> builder() {
    return StateSerde.store(STORE, ReviewState.class);
  }

  static Reviews of(ProcessingContext context, OversightOptions options, OversightMeters meters) {
    return new Reviews(context.getStateStore(STORE), PendingCounts.of(context), options, meters);
  }

  KeyValueStore<String, ReviewState> store() {
    return store;
  }

  /** What is known of a ticket; nothing when its last change is older than the retention. */
  ReviewState ticket(String ticketId, long streamTime) {
    ReviewState found = store.get(ticketId);
    if (found != null && isExpired(found, streamTime, options.retention())) {
      // As if swept already: what comes out must not depend on when a sweep passes.
      expire(ticketId, found);
      found = null;
    }
    return found == null ? nothing(streamTime) : found;
  }

  private static ReviewState nothing(long streamTime) {
    return new ReviewState(null, null, null, null, false, false, streamTime);
  }

  /** Changes what is known of a ticket, and what it counts for. */
  void change(String ticketId, ReviewState ticket, long streamTime, Consumer<ReviewState> change) {
    Optional<CellTally> before = counted(ticket);
    change.accept(ticket);
    ticket.setChangedAt(Math.max(streamTime, ticket.getChangedAt()));
    store.put(ticketId, ticket);
    counts.replace(before, counted(ticket));
  }

  /** Forgets a ticket whose time is over; it stays in the counts. */
  void expire(String ticketId, ReviewState ticket) {
    if (ticket.getDecided() == null && ticket.getLabel() != null) {
      meters.unmatchedLabel();
    }
    store.delete(ticketId);
  }

  static boolean isExpired(ReviewState ticket, long streamTime, Duration retention) {
    return streamTime - ticket.getChangedAt() > retention.toMillis();
  }

  private Optional<CellTally> counted(ReviewState ticket) {
    CountedDecision decided = ticket.getDecided();
    if (decided == null) {
      return Optional.empty();
    }
    CountCell cell = decided.getCell();
    if (cell.getDomain().equals(Keys.NONE) && ticket.getLabelDomain() != null) {
      cell = CountCell.newBuilder(cell).setLabelDomain(ticket.getLabelDomain()).build();
    }
    return Optional.of(
        new CellTally(cell, Tallies.of(decided, ticket, options.style().longFrom())));
  }

  /** Refuses a record that does not say which ticket it is about. */
  static void requireKey(@Nullable String key, String ticketId) {
    if (ticketId.isBlank()) {
      throw new PoisonException(
          PoisonReason.MISSING_ID, "ticket_id is blank, expected the id of the ticket");
    }
    if (!ticketId.equals(key)) {
      throw new PoisonException(
          PoisonReason.INVALID_FIELD,
          "the record's key %s, expected the ticket_id: publish each record with its ticket_id as key"
              .formatted(key == null ? "is missing" : "differs from ticket_id"));
    }
  }

  static PoisonException tombstone(String what) {
    return new PoisonException(
        PoisonReason.INVALID_FIELD,
        "the record has no value, expected %s: publish it whole".formatted(what));
  }
}
