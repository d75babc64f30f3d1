package dev.prefstream.intake;

import dev.prefstream.runtime.streams.StateSerde;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.JoinState;
import dev.prefstream.schemas.avro.JoinedResponse;
import dev.prefstream.schemas.avro.ScoringRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * What intake remembers, a ticket in three stores so that a response does not rewrite its ticket's
 * text:
 *
 * @param joins by ticket id: digests and which responses came
 * @param tickets by ticket id: the ticket's request, for responses to come
 * @param pending by ticket and response id: texts of responses whose ticket has not come
 * @param settings in force
 */
record JoinStores(
    KeyValueStore<String, JoinState> joins,
    KeyValueStore<String, ScoringRequest> tickets,
    KeyValueStore<String, String> pending,
    TenantSettings settings) {

  private static final String JOINS = "intake-joins";
  private static final String TICKETS = "intake-tickets";
  private static final String PENDING = "intake-pending";

  static final String SETTINGS = "intake-settings";

  static final String[] NAMES = {JOINS, TICKETS, PENDING, SETTINGS};

  static List<StoreBuilder<?>> builders() {
    return List.of(
        store(JOINS, StateSerde.of(JoinState.class)),
        store(TICKETS, StateSerde.of(ScoringRequest.class)),
        store(PENDING, Serdes.String()),
        TenantSettings.builder(SETTINGS));
  }

  static JoinStores of(ProcessingContext context) {
    return new JoinStores(
        context.getStateStore(JOINS),
        context.getStateStore(TICKETS),
        context.getStateStore(PENDING),
        TenantSettings.in(context, SETTINGS));
  }

  /** What is known of a ticket id that nothing is known of. */
  static JoinState nothing(long streamTime) {
    return new JoinState(null, List.of(), false, streamTime);
  }

  static boolean isExpired(JoinState join, long streamTime, Duration retention) {
    return streamTime - join.getChangedAt() > retention.toMillis();
  }

  /** Takes out all that is known of a ticket id, but for a note that it was erased. */
  void erase(String ticketId, JoinState join, long streamTime) {
    forget(ticketId, join);
    joins.put(ticketId, new JoinState(null, List.of(), true, streamTime));
  }

  /** How many responses wait for the ticket. */
  static long waiting(JoinState join) {
    return join.getResponses().stream().filter(JoinedResponse::getPending).count();
  }

  /** Takes out all that is known of a ticket id. */
  void forget(String ticketId, JoinState join) {
    for (JoinedResponse response : join.getResponses()) {
      if (response.getPending()) {
        pending.delete(pendingKey(ticketId, response.getResponseId()));
      }
    }
    tickets.delete(ticketId);
    joins.delete(ticketId);
  }

  /** The length first, so that no two pairs of ids give one key. */
  static String pendingKey(String ticketId, String responseId) {
    return ticketId.length() + ":" + ticketId + responseId;
  }

  private static <V> StoreBuilder<KeyValueStore<String, V>> store(String name, Serde<V> serde) {
    return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.String(), serde)
        .withLoggingEnabled(
            Map.of(
                // A whole ticket must fit, as it does in the topic it goes to.
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                Integer.toString(Topics.SCORING_REQUESTS.maxMessageBytes())));
  }
}
