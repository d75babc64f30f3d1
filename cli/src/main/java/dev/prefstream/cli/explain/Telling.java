package dev.prefstream.cli.explain;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.cli.evaluate.Judge;
import dev.prefstream.cli.explain.occlusion.Attribution;
import dev.prefstream.cli.explain.occlusion.Attribution.Limits;
import dev.prefstream.cli.explain.occlusion.Attribution.Removal;
import dev.prefstream.cli.explain.occlusion.Attribution.Weight;
import dev.prefstream.cli.explain.occlusion.Passage;
import dev.prefstream.cli.explain.occlusion.Passages;
import dev.prefstream.cli.explain.occlusion.Scoring.Outcome;
import dev.prefstream.policy.Adjusted;
import dev.prefstream.policy.Candidate.Judged;
import dev.prefstream.policy.Decision;
import dev.prefstream.policy.Policy;
import dev.prefstream.policy.PolicyInput;
import dev.prefstream.policy.ResponsePolicy;
import dev.prefstream.policy.RoutingPolicy;
import dev.prefstream.policy.records.PolicyWords;
import dev.prefstream.schemas.avro.CandidateInput;
import dev.prefstream.schemas.avro.Fabrication;
import dev.prefstream.schemas.avro.ScoreKind;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.scorer.model.Judgement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One explanation in the making. */
final class Telling {

  private final Question question;
  private final Judge judge;
  private final Limits limits;
  private final Passages passages;

  Telling(Question question, Judge judge, Limits limits) {
    this.question = question;
    this.judge = judge;
    this.limits = limits;
    this.passages = new Passages(question.fields(), Integer.MAX_VALUE);
  }

  /** A text, its judgement, and what the policy makes of it. */
  private record Variant(ScoringRequest request, Judgement judgement) {}

  ObjectNode explanation() {
    long began = System.nanoTime();
    Variant whole = judge(List.of(question.fields())).get(0);
    Attribution.Result result =
        Attribution.of(
            question.fields(),
            texts -> judge(texts).stream().map(this::outcome).toList(),
            limits,
            System::nanoTime);
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("kind", question.request().getKind().name())
        .put("ticket_id", question.request().getTicketId());
    node.putObject("model")
        .put("id", judge.identity().id())
        .put("version", judge.identity().version())
        .put("hash", judge.identity().hash());
    node.put("policy_version", Policy.VERSION)
        .put("score", whole.judgement().score())
        .put("logit", whole.judgement().logit())
        .put("confidence", whole.judgement().confidence())
        .put("truncated", whole.judgement().truncated());
    decision(node, whole, result.whole());
    weights(node.putArray("passages"), result.weights());
    nearest(node.putObject("nearest_change"), result, whole);
    node.putObject("cost")
        .put("occlusions", result.occlusions())
        .put("complete", result.complete())
        .put("millis", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
    return node.put("cached", false);
  }

  private List<Variant> judge(List<Map<String, String>> texts) {
    List<ScoringRequest> requests = texts.stream().map(question::with).toList();
    List<Judgement> judgements = judge.judge(requests);
    List<Variant> variants = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      variants.add(new Variant(requests.get(i), judgements.get(i)));
    }
    return variants;
  }

  private Outcome outcome(Variant variant) {
    Judgement judgement = variant.judgement();
    if (question.request().getKind() == ScoreKind.TICKET) {
      Decision decision = route(judgement);
      return new Outcome(
          judgement.logit(),
          judgement.score(),
          decision.margin(),
          decision.way() == Decision.Way.URGENT);
    }
    double adjusted = judged(variant).adjusted().value();
    return new Outcome(
        judgement.logit(),
        judgement.score(),
        adjusted - question.rules().floor(),
        adjusted >= question.rules().floor());
  }

  private Decision route(Judgement judgement) {
    return RoutingPolicy.decide(
        new PolicyInput(
            judgement.score(),
            judgement.confidence(),
            PolicyWords.preferences(question.settings())));
  }

  private Judged judged(Variant variant) {
    ScoringRequest request = variant.request();
    return ResponsePolicy.judge(
        PolicyWords.candidate(
            new CandidateInput(
                request.getResponseId(),
                variant.judgement().score(),
                request.getStyle(),
                judge.identity().ref(),
                request.getFabrication(),
                request.getResponseSource())),
        question.rules());
  }

  private void decision(ObjectNode node, Variant whole, Outcome outcome) {
    if (question.request().getKind() == ScoreKind.TICKET) {
      Decision decision = route(whole.judgement());
      node.put("decision", decision.way().name()).put("threshold", decision.threshold());
      node.put("margin", decision.margin());
      ArrayNode reasons = node.putArray("reasons");
      decision.reasons().forEach(why -> reasons.add(why.name()));
      adjustments(node, decision.adjustments());
      return;
    }
    Judged judged = judged(whole);
    node.put("decision", outcome.above() ? "MAY_BE_SENT" : "NOT_SENT")
        .put("threshold", question.rules().floor())
        .put("margin", outcome.margin())
        .put("adjusted_score", judged.adjusted().value());
    adjustments(node, judged.adjusted().steps());
    Fabrication found = whole.request().getFabrication();
    if (found != null) {
      node.set(
          "fabrication",
          Inventions.of(
              found,
              question.rules().maxFabricationRisk(),
              Optional.ofNullable(whole.request().getResponseText())));
    }
  }

  private void weights(ArrayNode array, List<Weight> weights) {
    for (Weight weight : weights) {
      passage(array.addObject(), weight.passage())
          .put("logit", weight.logit())
          .put("score", weight.score())
          .put("margin", weight.margin());
    }
  }

  private ObjectNode passage(ObjectNode node, Passage passage) {
    return node.put("level", passage.level().name())
        .put("field", passage.field())
        .put("start", passage.start())
        .put("end", passage.end())
        .put("text", passages.read(passage));
  }

  private void nearest(ObjectNode node, Attribution.Result result, Variant whole) {
    removal(node, "without_sentences", result.sentences());
    removal(node, "without_words", result.words());
    if (question.request().getKind() == ScoreKind.TICKET) {
      double score = whole.judgement().score();
      // Urgent is strictly above: at the score itself the ticket is standard.
      double level = result.whole().above() ? score : Math.nextDown(score);
      if (level >= 0) {
        node.putObject("strictness_level")
            .put("to", level)
            .put("by", level - question.settings().getStrictnessLevel());
      } else {
        node.putNull("strictness_level");
      }
      return;
    }
    double adjusted = judged(whole).adjusted().value();
    double floor = result.whole().above() ? Math.nextUp(adjusted) : adjusted;
    if (floor > 0 && floor <= 1) {
      node.putObject("response_floor").put("to", floor).put("by", floor - question.rules().floor());
    } else {
      node.putNull("response_floor");
    }
  }

  private void removal(ObjectNode node, String name, Optional<Removal> removal) {
    if (removal.isEmpty()) {
      node.putNull(name);
      return;
    }
    ObjectNode found = node.putObject(name);
    found.put("score", removal.get().after().score()).put("margin", removal.get().after().margin());
    ArrayNode array = found.putArray("passages");
    removal.get().passages().forEach(each -> passage(array.addObject(), each));
  }

  /** Adds what was done to a score, step by step. */
  static void adjustments(ObjectNode node, List<Adjusted.Step> steps) {
    ArrayNode adjustments = node.putArray("adjustments");
    steps.forEach(
        step -> adjustments.addObject().put("name", step.name()).put("amount", step.amount()));
  }
}
