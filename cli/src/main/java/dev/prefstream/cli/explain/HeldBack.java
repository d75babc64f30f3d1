package dev.prefstream.cli.explain;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.policy.ResponsePolicy;
import dev.prefstream.policy.ResponseRules;
import dev.prefstream.policy.records.PolicyWords;
import dev.prefstream.schemas.avro.CandidateInput;
import dev.prefstream.schemas.avro.DecisionEvent;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.ScoringRequest;
import java.util.Optional;

/** The responses that would have been sent, had they not stated what nobody told them. */
final class HeldBack {

  private HeldBack() {}

  /** One entry for each, with what it made up: quoted where its text can still be read. */
  static ArrayNode of(TicketLookup.Found found) {
    ArrayNode heldBack = JsonNodeFactory.instance.arrayNode();
    for (DecisionRecord decided : found.decisions()) {
      if (decided.getEvent() != DecisionEvent.ROUTED) {
        ResponseRules rules = PolicyWords.rules(decided);
        decided.getCandidates().stream()
            .filter(each -> ResponsePolicy.isHeldBack(PolicyWords.candidate(each), rules))
            .forEach(each -> heldBack.add(entry(each, rules, found.judged(each, decided))));
      }
    }
    return heldBack;
  }

  private static ObjectNode entry(
      CandidateInput candidate, ResponseRules rules, Optional<ScoringRequest> request) {
    Optional<String> text = request.map(ScoringRequest::getResponseText);
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("response_id", candidate.getResponseId())
            .put("score", candidate.getScore())
            .put("text_found", text.isPresent());
    node.set(
        "fabrication",
        Inventions.of(
            requireNonNull(candidate.getFabrication()), rules.maxFabricationRisk(), text));
    return node;
  }
}
