package dev.prefstream.cli.explain;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.schemas.avro.Fabrication;
import dev.prefstream.schemas.avro.InventedSpecific;
import java.util.Optional;

/** What a response may have made up, in the words of an explanation. */
final class Inventions {

  private Inventions() {}

  /**
   * Risk and evidence.
   *
   * @param mostAllowed a response of a higher risk is held back
   * @param text the response's; without it the evidence tells kinds alone
   */
  static ObjectNode of(Fabrication found, double mostAllowed, Optional<String> text) {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("risk", found.getRisk())
            .put("most_allowed", mostAllowed)
            .put("specifics", found.getSpecifics());
    ArrayNode invented = node.putArray("invented");
    for (InventedSpecific each : found.getEvidence()) {
      ObjectNode specific = invented.addObject().put("kind", each.getKind().name());
      text.ifPresent(whole -> quote(specific, whole, each));
    }
    return node;
  }

  /** The log counts code points, explanations UTF-16 code units. */
  private static void quote(ObjectNode node, String text, InventedSpecific specific) {
    int start = text.offsetByCodePoints(0, specific.getStart());
    int end = text.offsetByCodePoints(0, specific.getEnd());
    node.put("start", start).put("end", end).put("text", text.substring(start, end));
  }
}
