package dev.prefstream.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.policy.Candidate.Judged;
import dev.prefstream.policy.ResponsePolicy;
import dev.prefstream.policy.ResponseRules;
import dev.prefstream.policy.records.PolicyWords;
import dev.prefstream.policy.records.Routing;
import dev.prefstream.schemas.avro.CandidateInput;
import dev.prefstream.schemas.avro.DecisionEvent;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.Fabrication;
import dev.prefstream.schemas.avro.PreferenceSettings;
import dev.prefstream.schemas.avro.RegionWeights;
import dev.prefstream.schemas.avro.Route;
import dev.prefstream.schemas.avro.Score;
import dev.prefstream.schemas.avro.StyleRanges;
import dev.prefstream.schemas.avro.TextStyle;
import dev.prefstream.streamsapp.StageDriver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LogReplayTest {

  @Property(tries = 200)
  void replayEqualsTheLogForRandomTickets(@ForAll Random random) {
    LogReplay replay = new LogReplay();
    for (int i = 0; i < 20; i++) {
      for (DecisionRecord record : log("T-" + i, random)) {
        assertThat(replay.take(record)).as("%s", record).isEmpty();
      }
    }
    assertThat(replay.counts().differences()).isZero();
    assertThat(replay.counts().withoutRouting()).isZero();
    assertThat(replay.counts().records()).isGreaterThanOrEqualTo(20);
  }

  static List<Consumer<DecisionRecord>> tamperings() {
    return List.of(
        each -> each.setScore(Math.nextUp(each.getScore())),
        each -> each.setThreshold(each.getThreshold() + 1e-9),
        each -> each.setMargin(0),
        each -> each.setRoute(each.getRoute() == Route.URGENT ? Route.STANDARD : Route.URGENT),
        each -> each.setReasons(List.of()),
        each -> each.setConfidence(0.5),
        each -> each.setSettings(Scores.settings("default", 0.65, null)),
        each -> each.setResponseId("R-9"),
        each -> each.setFloor(0.99),
        each -> each.setMaxFabricationRisk(0.0),
        each -> each.getCandidates().get(1).setScore(0.1),
        each -> each.setAdjustments(List.of()));
  }

  @ParameterizedTest
  @MethodSource("tamperings")
  void catchesATamperedRecord(Consumer<DecisionRecord> tamper) {
    List<DecisionRecord> log = answered();
    tamper.accept(log.get(1));

    LogReplay replay = new LogReplay();

    assertThat(log.stream().map(replay::take).flatMap(Optional::stream)).isNotEmpty();
    assertThat(replay.counts().differences()).isPositive();
  }

  @Test
  void catchesATicketRoutedTwiceAndAnsweredTwice() {
    List<DecisionRecord> log = answered();
    LogReplay replay = new LogReplay();
    log.forEach(replay::take);

    assertThat(replay.take(log.get(1)).orElseThrow()).contains("before");
    assertThat(replay.take(log.get(0)).orElseThrow()).contains("routed before");
  }

  @Test
  void countsWhatItCannotReplayAndWhatHasNoRouting() {
    List<DecisionRecord> log = answered();
    LogReplay replay = new LogReplay();
    DecisionRecord later = DecisionRecord.newBuilder(log.get(0)).setPolicyVersion("99").build();

    assertThat(replay.take(later)).isEmpty();
    assertThat(replay.take(log.get(1))).isEmpty();

    assertThat(replay.counts()).isEqualTo(new LogReplay.Counts(2, 0, 1, 1));
  }

  @Test
  void replaysRecordsOfTheFirstPolicyVersion() {
    DecisionRecord record = answered().get(1);
    record.setPolicyVersion("1");
    record.setMaxFabricationRisk(null);
    record.getCandidates().forEach(each -> each.setFabrication(null));

    assertThat(new LogReplay().take(record)).isEmpty();
  }

  @Test
  void saysWhatOtherSettingsWouldChange() {
    WhatIf stricter = new WhatIf(List.of(Scores.settings("default", 0.05, null)));
    WhatIf longer =
        new WhatIf(List.of(Scores.settings("default", 0.7, new StyleRanges(900, 1000, null))));
    WhatIf elsewhere = new WhatIf(List.of(Scores.settings("other", 0.05, null)));
    List<DecisionRecord> log = answered();

    List<WhatIf.Change> changes =
        log.stream().map(stricter::take).flatMap(Optional::stream).toList();
    log.forEach(longer::take);
    log.forEach(elsewhere::take);

    assertThat(changes).extracting(WhatIf.Change::kind).containsExactly(WhatIf.Kind.URGENT_INSTEAD);
    assertThat(longer.count(WhatIf.Kind.ESCALATED_INSTEAD)).isEqualTo(1);
    assertThat(elsewhere.judged()).isZero();
    assertThat(elsewhere.records()).isEqualTo(2);
  }

  /** With the settings they were made by, no decision would have been another. */
  @Property(tries = 100)
  void theSameSettingsChangeNothing(@ForAll Random random) {
    List<DecisionRecord> log = log("T-1", random);
    WhatIf same = new WhatIf(List.of(log.get(0).getSettings()));

    assertThat(log.stream().map(same::take).flatMap(Optional::stream)).isEmpty();
  }

  private static List<DecisionRecord> answered() {
    DecisionRecord routed =
        Routing.decide(
            Scores.judgedBy(Scores.settings("default", 0.7, null), Scores.ticket("T-1", 0.1)));
    List<CandidateInput> candidates =
        new ArrayList<>(List.of(candidate("R-1", 0.6, 250), candidate("R-2", 0.9, 250)));
    candidates.forEach(each -> each.setFabrication(new Fabrication(0.5, 2, 1, List.of())));
    return new ArrayList<>(List.of(routed, end(routed, candidates, 0.2, 0.7)));
  }

  private static DecisionRecord end(
      DecisionRecord routed, List<CandidateInput> candidates, double floor, double risk) {
    ResponseRules rules =
        new ResponseRules(
            Optional.ofNullable(routed.getContext().getRegion()),
            PolicyWords.preferences(routed.getSettings()),
            floor,
            risk);
    Optional<Judged> best = ResponsePolicy.choose(PolicyWords.candidates(candidates), rules);
    return best.map(
            each -> Records.autoResponded(routed, candidates, rules, each, StageDriver.START))
        .orElseGet(() -> Records.escalated(routed, candidates, rules, StageDriver.START));
  }

  private static List<DecisionRecord> log(String id, Random random) {
    Score score = Scores.ticket(id, random.nextDouble());
    score.getContext().setRegion(random.nextBoolean() ? "US" : null);
    PreferenceSettings settings =
        Scores.settings(
            "default",
            Math.rint(random.nextDouble() * 4) / 4,
            random.nextBoolean() ? new StyleRanges(random.nextInt(400), 900, 0.5) : null);
    settings.setRegionalWeights(
        random.nextBoolean()
            ? Map.of("US", new RegionWeights(random.nextDouble(), 1.0))
            : Map.of());
    DecisionRecord routed = Routing.decide(Scores.judgedBy(settings, score));
    if (routed.getRoute() == Route.URGENT) {
      return List.of(routed);
    }
    List<CandidateInput> candidates = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      candidates.add(candidate("R-" + i, random.nextDouble(), random.nextInt(1000)));
      candidates
          .get(candidates.size() - 1)
          .setFabrication(new Fabrication(random.nextDouble(), 1, 1, List.of()));
    }
    DecisionRecord ended = end(routed, candidates, 0.2, random.nextDouble());
    assertThat(ended.getEvent()).isNotEqualTo(DecisionEvent.ROUTED);
    return List.of(routed, ended);
  }

  private static CandidateInput candidate(String id, double score, int length) {
    Score source = Scores.response("T", id, score);
    return CandidateInput.newBuilder()
        .setResponseId(id)
        .setScore(score)
        .setStyle(new TextStyle(length, false, 0.5, 0.5, false))
        .setModel(source.getModel())
        .build();
  }
}
