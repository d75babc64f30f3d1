package dev.prefstream.cli.explain;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.policy.Candidate.Judged;
import dev.prefstream.policy.ResponsePolicy;
import dev.prefstream.policy.ResponseRules;
import dev.prefstream.policy.records.PolicyWords;
import dev.prefstream.schemas.avro.DecisionEvent;
import dev.prefstream.schemas.avro.DecisionRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The responses that competed for a ticket when its waiting ended, the best first, by the rules in
 * force then: what each came to, and how far that is from the floor.
 */
final class Competition {

  private Competition() {}

  /** One entry for each candidate of the record that ended the ticket; none without one. */
  static ArrayNode of(List<DecisionRecord> log) {
    ArrayNode candidates = JsonNodeFactory.instance.arrayNode();
    log.stream()
        .filter(each -> each.getEvent() != DecisionEvent.ROUTED)
        .findFirst()
        .ifPresent(
            ended -> {
              ResponseRules rules = PolicyWords.rules(ended);
              ResponsePolicy.ranked(PolicyWords.candidates(ended.getCandidates()), rules)
                  .forEach(judged -> candidates.add(entry(judged, rules, ended.getResponseId())));
            });
    return candidates;
  }

  private static ObjectNode entry(Judged judged, ResponseRules rules, @Nullable String sent) {
    String id = judged.candidate().responseId();
    double adjusted = judged.adjusted().value();
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("response_id", id)
            .put("sent", id.equals(sent))
            .put("score", judged.candidate().score())
            .put("adjusted_score", adjusted)
            .put("floor", rules.floor())
            .put("margin", adjusted - rules.floor());
    Telling.adjustments(node, judged.adjusted().steps());
    return node;
  }
}
