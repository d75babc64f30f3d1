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
import dev.prefstream.decision.PolicyWords;
import dev.prefstream.decision.policy.Adjusted;
import dev.prefstream.decision.policy.Candidate.Judged;
import dev.prefstream.decision.policy.Decision;
import dev.prefstream.decision.policy.Policy;
import dev.prefstream.decision.policy.PolicyInput;
import dev.prefstream.decision.policy.ResponsePolicy;
import dev.prefstream.decision.policy.RoutingPolicy;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.schemas.avro.CandidateInput;
import dev.prefstream.schemas.avro.Fabrication;
import dev.prefstream.schemas.avro.ScoreKind;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.scorer.model.Judgement;
import dev.prefstream.scorer.model.Task;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Explains scores and what the policy makes of them. Models are opened at the first use of each.
 * May be used by many threads; explains one text at a time, and keeps the last explanations.
 */
public final class Explainer implements AutoCloseable {

  private final Configuration configuration;
  private final Duration timeLimit;
  private final Limits limits;
  private final ReentrantLock lock = new ReentrantLock(true);
  private final Map<Task, Judge> judges = new EnumMap<>(Task.class);
  private final Map<String, ObjectNode> cache;

  /** Opens nothing yet. */
  public Explainer(Configuration configuration) {
    this.configuration = configuration;
    this.timeLimit = configuration.get(ExplainOptions.TIME_LIMIT);
    this.limits = new Limits(configuration.get(ExplainOptions.OCCLUSIONS), timeLimit.toNanos());
    int entries = configuration.get(ExplainOptions.CACHE_ENTRIES);
    this.cache =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, ObjectNode> eldest) {
            return size() > entries;
          }
        };
  }

  /** Others are being explained for longer than a caller should wait. */
  static final class BusyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BusyException(Duration waited) {
      super("other texts are being explained: waited %s, try again".formatted(waited));
    }
  }

  /**
   * The explanation, as {@code docs/explain.md} describes it.
   *
   * @throws BusyException when its turn does not come within the time limit
   */
  ObjectNode explain(Question question) {
    try {
      if (!lock.tryLock(timeLimit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new BusyException(timeLimit);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BusyException(timeLimit);
    }
    try {
      Task task = Task.of(question.request().getKind());
      Judge judge = judges.computeIfAbsent(task, t -> Judge.open(configuration, null, t));
      String key = key(question, judge);
      ObjectNode known = cache.get(key);
      if (known != null) {
        return known.deepCopy().put("cached", true);
      }
      ObjectNode made = new Telling(question, judge).explanation();
      cache.put(key, made);
      return made.deepCopy();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      judges.values().forEach(Judge::close);
      judges.clear();
      cache.clear();
    } finally {
      lock.unlock();
    }
  }

  private static String key(Question question, Judge judge) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      for (Object input : question.inputs()) {
        byte[] bytes = input.toString().getBytes(StandardCharsets.UTF_8);
        sha256.update(Integer.toString(bytes.length).getBytes(StandardCharsets.UTF_8));
        sha256.update((byte) ':');
        sha256.update(bytes);
      }
      return judge.identity().hash() + HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256; this one does not", e);
    }
  }

  /** One explanation in the making. */
  private final class Telling {

    private final Question question;
    private final Judge judge;
    private final Passages passages;

    Telling(Question question, Judge judge) {
      this.question = question;
      this.judge = judge;
      this.passages = new Passages(question.fields(), Integer.MAX_VALUE);
    }

    /** A text, its judgement, and what the policy makes of it. */
    private record Variant(ScoringRequest request, Judgement judgement) {}

    private ObjectNode explanation() {
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
        node.putObject("response_floor")
            .put("to", floor)
            .put("by", floor - question.rules().floor());
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
      found
          .put("score", removal.get().after().score())
          .put("margin", removal.get().after().margin());
      ArrayNode array = found.putArray("passages");
      removal.get().passages().forEach(each -> passage(array.addObject(), each));
    }
  }

  /** Adds what was done to a score, step by step. */
  static void adjustments(ObjectNode node, List<Adjusted.Step> steps) {
    ArrayNode adjustments = node.putArray("adjustments");
    steps.forEach(
        step -> adjustments.addObject().put("name", step.name()).put("amount", step.amount()));
  }
}
