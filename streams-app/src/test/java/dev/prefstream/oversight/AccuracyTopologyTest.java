package dev.prefstream.oversight;

import static dev.prefstream.oversight.Records.at;
import static dev.prefstream.oversight.Records.by;
import static dev.prefstream.oversight.Records.inDomain;
import static dev.prefstream.oversight.Records.label;
import static dev.prefstream.oversight.Records.model;
import static dev.prefstream.oversight.Records.routed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.prefstream.runtime.metrics.Metric;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.AccuracyChange;
import dev.prefstream.schemas.avro.AccuracyReport;
import dev.prefstream.schemas.avro.ExpertLabel;
import dev.prefstream.schemas.avro.LabelBasis;
import dev.prefstream.schemas.avro.ReviewRequest;
import dev.prefstream.schemas.avro.Route;
import dev.prefstream.schemas.avro.Share;
import dev.prefstream.schemas.avro.Verdict;
import dev.prefstream.streamsapp.StageDriver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What accuracy is counted of decisions and labels, in whatever order they come. */
class AccuracyTopologyTest extends OversightFixture {

  AccuracyTopologyTest() {
    super(
        Map.of(
            "oversight.review-rate",
            "0.5",
            "oversight.fairness-min-count",
            "2",
            "oversight.state-retention",
            "40d"));
  }

  @Test
  void comparesADecisionWithItsLabelWhicheverComesFirst() {
    oversight.send(routed("T-1", "a", Route.URGENT));
    oversight.send(label("T-1", Route.URGENT, 1));
    oversight.send(label("T-2", Route.URGENT, 2));
    oversight.send(routed("T-2", "a", Route.STANDARD));

    AccuracyReport report = oversight.accuracy("a", "*");
    assertThat(report.getDecisions()).isEqualTo(2);
    assertThat(report.getTrueUrgent()).isEqualTo(1);
    assertThat(report.getFalseStandard()).isEqualTo(1);
    assertThat(report.getAccuracy().getTrials()).isEqualTo(2);
    assertThat(report.getAccuracy().getLow()).isCloseTo(0.0945, within(0.0001));
    assertThat(report.getAccuracy().getHigh()).isCloseTo(0.9055, within(0.0001));
    assertThat(report.getUrgentRecall().getValue()).isEqualTo(0.5);
    assertThat(report.getAsOf()).isEqualTo(StageDriver.START.plusSeconds(2));
    assertThat(report.getWindowStart()).isEqualTo(Instant.parse("2026-02-12T00:00:00Z"));
    assertThat(report.getWindowEnd()).isEqualTo(Instant.parse("2026-03-12T00:00:00Z"));
  }

  @Test
  void aLabelThatComesWeeksLaterCountsInTheWindowOfItsDecision() {
    oversight.send(routed("T-1", "a", Route.URGENT));
    oversight.report();
    stage.advance(Duration.ofDays(35));
    oversight.send(label("T-1", Route.URGENT, 1));

    AccuracyReport report = oversight.accuracy("a", "*");
    assertThat(report.getWindowStart()).isEqualTo(Instant.parse("2026-02-12T00:00:00Z"));
    assertThat(report.getTrueUrgent()).isEqualTo(1);
  }

  @Test
  void aRelabelReplacesTheLabelAndAnOlderOneDoesNot() {
    oversight.send(routed("T-1", "a", Route.URGENT));
    oversight.send(label("T-1", Route.URGENT, 1));
    oversight.send(label("T-1", Route.STANDARD, 3));
    oversight.send(label("T-1", Route.URGENT, 2));
    oversight.send(label("T-1", Route.STANDARD, 3));

    AccuracyReport report = oversight.accuracy("a", "*");
    assertThat(report.getTrueUrgent()).isZero();
    assertThat(report.getFalseUrgent()).isEqualTo(1);
    assertThat(report.getDisputed()).isEqualTo(1);
    assertThat(stage.duplicates()).isEqualTo(1);
    assertThat(labels("first")).isEqualTo(1);
    assertThat(labels("changed")).isEqualTo(1);
    assertThat(labels("outdated")).isEqualTo(1);
  }

  @Test
  void ofContradictoryLabelsOfOneTimeTheUrgentOneStandsWhicheverCameFirst() {
    oversight.send(routed("T-1", "a", Route.URGENT));
    oversight.send(label("T-1", Route.URGENT, 1));
    oversight.send(label("T-1", Route.STANDARD, 1));
    oversight.send(routed("T-2", "a", Route.URGENT));
    oversight.send(label("T-2", Route.STANDARD, 1));
    oversight.send(label("T-2", Route.URGENT, 1));

    AccuracyReport report = oversight.accuracy("a", "*");
    assertThat(report.getTrueUrgent()).isEqualTo(2);
    assertThat(report.getDisputed()).isEqualTo(2);
  }

  @Test
  void aLabelFromTheFutureCanBeCorrected() {
    oversight.send(routed("T-1", "a", Route.URGENT));
    ExpertLabel future = label("T-1", Route.STANDARD, 0);
    future.setLabelledAt(StageDriver.START.plus(Duration.ofDays(365)));
    oversight.send(future);
    stage.advance(Duration.ofMinutes(10));
    oversight.send(label("T-1", Route.URGENT, 600));

    assertThat(oversight.accuracy("a", "*").getTrueUrgent()).isEqualTo(1);
  }

  @Test
  void countsALabelNobodyDecidedOnWhenItIsForgotten() {
    oversight.send(label("T-1", Route.URGENT, 1));
    stage.advance(Duration.ofDays(41));
    oversight.send(
        at(routed("T-2", "a", Route.URGENT), StageDriver.START.plus(Duration.ofDays(41))));
    stage.advance(Duration.ofSeconds(1));

    assertThat(Metric.UNMATCHED_LABELS.counter(stage.registry()).count()).isEqualTo(1);
    assertThat(stage.entries(Reviews.STORE)).isEqualTo(1);
  }

  @Test
  void countsTenantsAndDomainsApartAndTogether() {
    oversight.send(inDomain(routed("T-1", "a", Route.URGENT), "technical"));
    oversight.send(routed("T-2", "b", Route.URGENT));
    oversight.send(label("T-1", Route.URGENT, 1));
    ExpertLabel said = label("T-2", Route.STANDARD, 1);
    said.setDomain("subjective");
    oversight.send(said);
    oversight.report();

    assertThat(stage.read(Topics.ACCURACY_REPORTS))
        .filteredOn(report -> report.getDecisions() > 0)
        .extracting(
            AccuracyReport::getTenantId,
            AccuracyReport::getDomain,
            report -> report.getAccuracy().getSuccesses(),
            report -> report.getAccuracy().getTrials())
        .containsExactlyInAnyOrder(
            tuple("a", "technical", 1L, 1L),
            tuple("a", "*", 1L, 1L),
            tuple("b", Keys.NONE, 0L, 1L),
            tuple("b", "subjective", 0L, 1L),
            tuple("b", "*", 0L, 1L),
            tuple("*", "technical", 1L, 1L),
            tuple("*", Keys.NONE, 0L, 1L),
            tuple("*", "subjective", 0L, 1L),
            tuple("*", "*", 1L, 2L));
  }

  @Test
  void aWordThatStandsForSomethingElseIsNoDomain() {
    oversight.send(inDomain(routed("T-1", "a", Route.URGENT), Keys.ALL));
    ExpertLabel said = label("T-1", Route.URGENT, 1);
    said.setDomain(Keys.NONE);
    oversight.send(said);
    oversight.report();

    assertThat(stage.read(Topics.ACCURACY_REPORTS))
        .filteredOn(report -> report.getTenantId().equals("a"))
        .extracting(AccuracyReport::getDomain, AccuracyReport::getDecisions)
        .containsExactlyInAnyOrder(tuple(Keys.ALL, 1L), tuple(Keys.NONE, 1L));
  }

  @Test
  void tellsHowTheModelComparesWithTheOneBeforeByAllLabelsWhereTheSampleIsSmall() {
    for (int i = 0; i < 60; i++) {
      oversight.send(routed("old-" + i, "a", Route.URGENT));
    }
    Set<String> asked = asked();
    assertThat(asked).hasSizeLessThan(60);
    for (int i = 0; i < 60; i++) {
      if (!asked.contains("old-" + i)) {
        oversight.send(label("old-" + i, i % 2 == 0 ? Route.URGENT : Route.STANDARD, 1));
      }
    }
    sendNew(60, i -> i % 10 == 0 ? Route.STANDARD : Route.URGENT);

    AccuracyReport report = oversight.accuracy("a", "*");
    AccuracyChange change = report.getChange();
    assertThat(report.getModel().getVersion()).isEqualTo("2.0.0");
    assertThat(change.getPrevious().getVersion()).isEqualTo("1.0.0");
    assertThat(change.getBasis()).isEqualTo(LabelBasis.ALL_LABELS);
    assertThat(change.getDifference())
        .isCloseTo(0.9 - change.getPreviousAccuracy().getValue(), within(1e-9));
    assertThat(change.getLow()).isPositive();
    assertThat(change.getVerdict()).isEqualTo(Verdict.BETTER);
  }

  @Test
  void comparesModelsByTheSampleThoughOtherLabelsSayTheContrary() {
    for (int i = 0; i < 200; i++) {
      oversight.send(routed("old-" + i, "a", Route.URGENT));
    }
    Set<String> asked = asked();
    for (int i = 0; i < 200; i++) {
      boolean right = asked.contains("old-" + i); // Experts looked for mistakes, and found them.
      oversight.send(label("old-" + i, right ? Route.URGENT : Route.STANDARD, 1));
    }
    sendNew(200, i -> i % 4 == 0 ? Route.STANDARD : Route.URGENT);

    AccuracyReport report = oversight.accuracy("a", "*");
    AccuracyChange change = report.getChange();
    assertThat(report.getAccuracy().getValue()).as("by all labels it is better").isEqualTo(0.75);
    assertThat(change.getBasis()).isEqualTo(LabelBasis.SAMPLE);
    assertThat(change.getPreviousAccuracy().getTrials()).isEqualTo(asked.size());
    assertThat(change.getPreviousAccuracy().getValue()).isEqualTo(1);
    assertThat(change.getDifference())
        .isCloseTo(report.getSampleAccuracy().getValue() - 1, within(1e-9));
    assertThat(change.getVerdict()).isEqualTo(Verdict.WORSE);
  }

  /** Few labels of a large domain, which is right, and many of a small one, which is wrong. */
  @Test
  void inTheSampleOfAllDomainsEachCountsByItsDecisions() {
    for (int i = 0; i < 240; i++) {
      String domain = i < 200 ? "technical" : "subjective";
      oversight.send(inDomain(routed(domain + "-" + i, "a", Route.URGENT), domain));
    }
    List<String> asked = asked().stream().sorted().toList();
    List<String> wrong = asked.stream().filter(id -> id.startsWith("subjective")).toList();
    List<String> right = asked.stream().filter(id -> id.startsWith("technical")).limit(10).toList();
    wrong.forEach(id -> oversight.send(label(id, Route.STANDARD, 1)));
    right.forEach(id -> oversight.send(label(id, Route.URGENT, 1)));

    Share sample = oversight.accuracy("a", "*").getSampleAccuracy();
    assertThat(sample.getSuccesses()).isEqualTo(10);
    assertThat(sample.getTrials()).isEqualTo(10 + wrong.size()).isGreaterThan(15);
    assertThat(sample.getValue()).isCloseTo(200.0 / 240, within(1e-9));
    assertThat(sample.getLow()).isBetween(0.3, 0.8);
    assertThat(sample.getHigh()).isBetween(200.0 / 240, 1.0);
  }

  /** Of those asked about since the last call. */
  private Set<String> asked() {
    return stage.read(Topics.REVIEW_REQUESTS).stream()
        .map(ReviewRequest::getTicketId)
        .collect(Collectors.toSet());
  }

  /** Decisions by another model, all URGENT, and a label for each. */
  private void sendNew(int tickets, IntFunction<Route> labels) {
    Instant later = StageDriver.START.plusSeconds(60);
    for (int i = 0; i < tickets; i++) {
      oversight.send(at(by(routed("new-" + i, "a", Route.URGENT), model("2.0.0")), later));
      oversight.send(label("new-" + i, labels.apply(i), 100));
    }
  }

  private double labels(String outcome) {
    return Metric.LABELS.counter(stage.registry(), outcome).count();
  }
}
