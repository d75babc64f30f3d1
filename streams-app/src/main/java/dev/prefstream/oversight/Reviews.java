package dev.prefstream.oversight;

import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.runtime.failure.PoisonReason;
import dev.prefstream.runtime.streams.StateSerde;
import dev.prefstream.schemas.avro.ConfusionChange;
import dev.prefstream.schemas.avro.ReviewState;
import dev.prefstream.schemas.avro.Route;
import java.time.Duration;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/** Decisions that wait for labels and labels that wait for decisions, by ticket id. */
record Reviews(KeyValueStore<String, ReviewState> store) {

  static final String STORE = "oversight-reviews";

  static StoreBuilder<?> builder() {
    return Stores.keyValueStoreBuilder(
        Stores.persistentKeyValueStore(STORE), Serdes.String(), StateSerde.of(ReviewState.class));
  }

  static Reviews of(ProcessingContext context) {
    return new Reviews(context.getStateStore(STORE));
  }

  /** What is known of a ticket; nothing when its last change is older than the retention. */
  ReviewState ticket(String ticketId, long streamTime, Duration retention) {
    ReviewState found = store.get(ticketId);
    return found == null || isExpired(found, streamTime, retention)
        ? ReviewState.newBuilder().setChangedAt(streamTime).build()
        : found;
  }

  static boolean isExpired(ReviewState review, long streamTime, Duration retention) {
    return streamTime - review.getChangedAt() > retention.toMillis();
  }

  /** The change that a ticket decided and labelled makes to the counts. */
  static ConfusionChange change(ReviewState review, Route label, int amount) {
    return new ConfusionChange(
        review.getTenantId(),
        review.getModel(),
        review.getDecided(),
        label,
        amount,
        review.getLabelledAt());
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
