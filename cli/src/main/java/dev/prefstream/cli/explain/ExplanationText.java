package dev.prefstream.cli.explain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.cli.TextTable;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** An explanation for people: the decision, what carries it, what would change it. */
final class ExplanationText {

  private static final int SHOWN = 8;
  private static final int WIDTH = 72;

  private ExplanationText() {}

  static void write(ObjectNode explanation, PrintWriter out) {
    if (!explanation.has("decisions")) {
      part(explanation, out);
      return;
    }
    if (explanation.get("ticket").isNull()) {
      out.println(
          "scoring-requests no longer holds the ticket's text: its scores cannot be explained");
    } else {
      part(explanation.get("ticket"), out);
    }
    if (explanation.has("response")) {
      out.println();
      part(explanation.get("response"), out);
    }
    candidates(explanation.get("candidates"), out);
    explanation.get("held_back").forEach(each -> heldBack(each, out));
    for (JsonNode decision : explanation.get("decisions")) {
      out.printf(
          "logged: %s %s at %s, policy %s, settings %s%n",
          decision.path("event").asText(),
          decision.path("route").asText(),
          decision.path("decided_at").asText(),
          decision.path("policy_version").asText(),
          decision.path("settings_version").asText());
    }
  }

  private static void part(JsonNode node, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%s %s: %s, score %.4f against %.4f, margin %+.4f (model %s %s)%n",
        node.get("kind").asText(),
        node.get("ticket_id").asText(),
        node.get("decision").asText(),
        node.get("score").asDouble(),
        node.get("threshold").asDouble(),
        node.get("margin").asDouble(),
        node.at("/model/id").asText(),
        node.at("/model/version").asText());
    if (node.get("truncated").asBoolean()) {
      out.println("the model reads only part of it: without a passage it may read another");
    }
    if (node.has("as_logged") && !node.get("as_logged").asBoolean()) {
      out.printf(
          Locale.ROOT,
          "the log says %.4f: another model gave that score%n",
          node.get("logged_score").asDouble());
    }
    for (JsonNode step : node.get("adjustments")) {
      out.printf(
          Locale.ROOT, "  %+.4f  %s%n", step.get("amount").asDouble(), step.get("name").asText());
    }
    inventions(node, out);
    out.println();
    passages(node, out, "SENTENCE");
    passages(node, out, "WORD");
    nearest(node.get("nearest_change"), out);
    out.printf(
        "%d variants scored in %d ms%s%n",
        node.at("/cost/occlusions").asInt(),
        node.at("/cost/millis").asLong(),
        node.at("/cost/complete").asBoolean()
            ? ""
            : ": cut off by the limits, more was to be seen");
  }

  private static void candidates(JsonNode candidates, PrintWriter out) {
    if (candidates.isEmpty()) {
      return;
    }
    out.println();
    TextTable table = new TextTable("response", "score", "adjusted", "margin", "by");
    for (JsonNode each : candidates) {
      List<String> steps = new ArrayList<>();
      for (JsonNode step : each.get("adjustments")) {
        steps.add(
            String.format(
                Locale.ROOT, "%s %+.4f", step.get("name").asText(), step.get("amount").asDouble()));
      }
      table.row(
          shortened(each.get("response_id").asText()) + (each.get("sent").asBoolean() ? " *" : ""),
          String.format(Locale.ROOT, "%.4f", each.get("score").asDouble()),
          String.format(Locale.ROOT, "%.4f", each.get("adjusted_score").asDouble()),
          String.format(Locale.ROOT, "%+.4f", each.get("margin").asDouble()),
          String.join(", ", steps));
    }
    out.printf(
        Locale.ROOT,
        "competed, with a floor of %.4f (* was sent):%n",
        candidates.get(0).get("floor").asDouble());
    out.print(table);
  }

  private static void heldBack(JsonNode node, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%nheld back: response %s, score %.4f, fabrication risk %.4f of %.4f at most%n",
        node.get("response_id").asText(),
        node.get("score").asDouble(),
        node.at("/fabrication/risk").asDouble(),
        node.at("/fabrication/most_allowed").asDouble());
    inventions(node, out);
    if (!node.get("text_found").asBoolean()) {
      out.println("  scoring-requests no longer holds the text that was judged: nothing to quote");
    }
  }

  private static void inventions(JsonNode node, PrintWriter out) {
    for (JsonNode each : node.at("/fabrication/invented")) {
      out.printf(
          "  invented %s%s%n",
          each.get("kind").asText(),
          each.has("text") ? ": " + shortened(each.get("text").asText()) : "");
    }
  }

  private static void passages(JsonNode node, PrintWriter out, String level) {
    List<JsonNode> heaviest = new ArrayList<>();
    node.get("passages")
        .forEach(
            passage -> {
              if (passage.get("level").asText().equals(level)) {
                heaviest.add(passage);
              }
            });
    if (heaviest.isEmpty()) {
      return;
    }
    heaviest.sort(
        Comparator.comparingDouble(passage -> -Math.abs(passage.get("margin").asDouble())));
    TextTable table = new TextTable("margin", "score", level.toLowerCase(Locale.ROOT));
    heaviest.stream()
        .limit(SHOWN)
        .forEach(
            passage ->
                table.row(
                    String.format(Locale.ROOT, "%+.4f", passage.get("margin").asDouble()),
                    String.format(Locale.ROOT, "%+.4f", passage.get("score").asDouble()),
                    shortened(passage.get("text").asText())));
    out.print(table);
    out.println();
  }

  private static void nearest(JsonNode nearest, PrintWriter out) {
    for (String level : List.of("strictness_level", "response_floor")) {
      JsonNode change = nearest.path(level);
      if (change.isObject()) {
        out.printf(
            Locale.ROOT,
            "turns over with %s %.4f (%+.4f)%n",
            level,
            change.get("to").asDouble(),
            change.get("by").asDouble());
      }
    }
    for (String way : List.of("without_sentences", "without_words")) {
      JsonNode removal = nearest.get(way);
      if (removal.isObject()) {
        List<String> texts = new ArrayList<>();
        removal.get("passages").forEach(each -> texts.add(shortened(each.get("text").asText())));
        out.printf(
            Locale.ROOT,
            "turns over %s: %s (score %.4f)%n",
            way.replace('_', ' '),
            String.join(" | ", texts),
            removal.get("score").asDouble());
      } else {
        out.printf("no removal turns it over %s%n", way.replace('_', ' '));
      }
    }
  }

  private static String shortened(String text) {
    String oneLine = text.replaceAll("\\s+", " ").strip();
    return oneLine.codePointCount(0, oneLine.length()) <= WIDTH
        ? oneLine
        : oneLine.substring(0, oneLine.offsetByCodePoints(0, WIDTH - 1)) + "…";
  }
}
