package dev.prefstream.cli.explain;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.cli.json.JsonForm;
import dev.prefstream.decision.DecisionOptions;
import dev.prefstream.policy.records.PolicyWords;
import dev.prefstream.policy.records.SettingsRules;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.PreferenceSettings;
import dev.prefstream.schemas.avro.ScoringRequest;
import java.util.List;
import java.util.Optional;

/**
 * Explains tickets by their id: what was logged of them, what carried the scores, and which
 * responses were held back, by the settings and limits that they were decided by. May be used by
 * many threads.
 */
final class Explanations {

  /** Beyond this the model now served gives another score than the logged one. */
  private static final double SAME_SCORE = 1e-3;

  private final Explainer explainer;
  private final TicketLookup lookup;
  private final DecisionOptions installation;

  Explanations(Configuration configuration, Installation cluster, Explainer explainer) {
    this.explainer = explainer;
    this.lookup = new TicketLookup(cluster, configuration.get(ExplainOptions.TIME_LIMIT));
    this.installation = DecisionOptions.of(configuration);
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
    TicketLookup.Found found = find(ticketId);
    if (found.decisions().isEmpty() || !found.complete()) {
      requireTicket(found);
    }
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("ticket_id", ticketId);
    found
        .ticket()
        .ifPresentOrElse(
            ticket -> node.set("ticket", ticket(ticket, found.decisions())),
            () -> node.putNull("ticket"));
    found.decisions().stream()
        .filter(each -> each.getResponseId() != null)
        .findFirst()
        .flatMap(answer -> sent(answer, found))
        .ifPresent(response -> node.set("response", response));
    node.set("candidates", Competition.of(found.decisions()));
    node.set("held_back", HeldBack.of(found));
    ArrayNode decisions = node.putArray("decisions");
    found.decisions().forEach(record -> decisions.add(JsonForm.of(record)));
    return node;
  }

  /**
   * What the ticket says, as it was scored, and nothing of what became of it.
   *
   * @throws MissingException when it cannot be read
   */
  ObjectNode text(String ticketId) {
    ScoringRequest ticket = requireTicket(find(ticketId));
    return JsonNodeFactory.instance
        .objectNode()
        .put("ticket_id", ticketId)
        .put("subject", ticket.getSubject())
        .put("body", ticket.getBody());
  }

  private TicketLookup.Found find(String ticketId) {
    TicketLookup.Found found = lookup.find(ticketId);
    if (found.erased()) {
      throw new MissingException(
          MissingException.Why.ERASED, "the ticket was erased: nothing of it is told");
    }
    return found;
  }

  private static ScoringRequest requireTicket(TicketLookup.Found found) {
    return found
        .ticket()
        .orElseThrow(
            () ->
                found.complete()
                    ? new MissingException(
                        MissingException.Why.UNKNOWN,
                        "no ticket of this id is on scoring-requests: it never came, was refused, or is older than the topic keeps")
                    : new MissingException(
                        MissingException.Why.TIME_IS_UP,
                        "the ticket was not found in time: look whether the brokers answer, or raise %s"
                            .formatted(ExplainOptions.TIME_LIMIT.key())));
  }

  private ObjectNode ticket(ScoringRequest ticket, List<DecisionRecord> log) {
    if (log.isEmpty()) {
      // Not logged yet, or older than the log: what it was to be judged by.
      PreferenceSettings settings =
          ticket.getSettings() == null
              ? SettingsRules.BUILT_IN
              : ticket.getSettings().getSettings();
      return explainer.explain(Question.of(ticket, settings, installation));
    }
    DecisionRecord routed = log.get(0);
    ObjectNode node = explainer.explain(Question.of(ticket, routed.getSettings(), installation));
    return node.put("logged_score", routed.getScore())
        .put("logged_model", routed.getModel().getHash())
        .put("as_logged", Math.abs(routed.getScore() - node.get("score").asDouble()) <= SAME_SCORE);
  }

  /** By the rules that were in force when it was chosen, whatever they are here and now. */
  private Optional<ObjectNode> sent(DecisionRecord answer, TicketLookup.Found found) {
    return answer.getCandidates().stream()
        .filter(each -> each.getResponseId().equals(answer.getResponseId()))
        .findFirst()
        .flatMap(chosen -> found.judged(chosen, answer))
        .map(
            response ->
                explainer.explain(
                    new Question(response, answer.getSettings(), PolicyWords.rules(answer))));
  }
}
