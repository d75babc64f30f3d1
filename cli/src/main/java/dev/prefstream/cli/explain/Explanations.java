package dev.prefstream.cli.explain;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.cli.json.JsonForm;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.PreferenceSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Explains tickets by their id: what was logged of them, and what carried the scores, by the
 * settings that they were decided by. May be used by many threads.
 */
final class Explanations {

  /** Beyond this the model now served gives another score than the logged one. */
  private static final double SAME_SCORE = 1e-3;

  private final Explainer explainer;
  private final TicketLookup lookup;

  Explanations(Configuration configuration, Installation installation, Explainer explainer) {
    this.explainer = explainer;
    this.lookup = new TicketLookup(installation, configuration.get(ExplainOptions.TIME_LIMIT));
  }

  /** Why there is no explanation. */
  static final class MissingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Why why;

    enum Why {
      ERASED,
      UNKNOWN,
      TIME_IS_UP
    }

    MissingException(Why why, String message) {
      super(message);
      this.why = why;
    }

    Why why() {
      return why;
    }
  }

  /**
   * The explanation of a ticket.
   *
   * @throws MissingException when there is none
   */
  ObjectNode of(String ticketId) {
    TicketLookup.Found found = lookup.find(ticketId);
    if (found.erased()) {
      throw new MissingException(
          MissingException.Why.ERASED, "the ticket was erased: nothing of it is explained");
    }
    if (found.ticket().isEmpty()) {
      throw found.complete()
          ? new MissingException(
              MissingException.Why.UNKNOWN,
              "no ticket of this id is on scoring-requests: it never came, was refused, or is older than the topic keeps")
          : new MissingException(
              MissingException.Why.TIME_IS_UP,
              "the ticket was not found in time: look whether the brokers answer, or raise %s"
                  .formatted(ExplainOptions.TIME_LIMIT.key()));
    }
    @Nullable DecisionRecord routed = found.decisions().isEmpty() ? null : found.decisions().get(0);
    PreferenceSettings settings = routed == null ? Question.BUILT_IN : routed.getSettings();
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("ticket_id", ticketId);
    ObjectNode ticket = explainer.explain(new Question(found.ticket().get(), settings));
    if (routed != null) {
      ticket
          .put("logged_score", routed.getScore())
          .put("logged_model", routed.getModel().getHash())
          .put(
              "as_logged",
              Math.abs(routed.getScore() - ticket.get("score").asDouble()) <= SAME_SCORE);
    }
    node.set("ticket", ticket);
    found
        .response()
        .ifPresent(
            response -> node.set("response", explainer.explain(new Question(response, settings))));
    ArrayNode decisions = node.putArray("decisions");
    List<DecisionRecord> log = found.decisions();
    log.forEach(record -> decisions.add(JsonForm.of(record)));
    return node;
  }
}
