package dev.prefstream.oversight;

import static dev.prefstream.oversight.Records.at;
import static dev.prefstream.oversight.Records.inDomain;
import static dev.prefstream.oversight.Records.label;
import static dev.prefstream.oversight.Records.routed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.oversight.OversightOptions.Review;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.ExpertLabel;
import dev.prefstream.schemas.avro.ReviewPlan;
import dev.prefstream.schemas.avro.ReviewRequest;
import dev.prefstream.schemas.avro.Route;
import dev.prefstream.schemas.avro.Tally;
import dev.prefstream.streamsapp.StageDriver;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReviewPlanTest {

  private static final Stratum TECHNICAL = new Stratum("technical", Records.MODEL);
  private static final Window WINDOW = new Window(0, 28);
  private static final long DAY = Duration.ofDays(1).toMillis();

  @Test
  void spreadsTheLabelsNeededOverTheDecisionsStillExpected() {
    // 7,000 in a quarter of the window: 21,000 more are expected.
    ReviewPlan plan = plan(tally(7_000, 100, 0, 0), Tallies.none(), 7 * DAY).orElseThrow();

    assertThat(plan.getNeeded()).isEqualTo(357);
    assertThat(plan.getReached()).isFalse();
    assertThat(plan.getRate()).isEqualTo(0.01632); // (357 - 100) / (0.75 * 21,000)
    assertThat(plan.getNextRate()).isEqualTo(0.017); // 357 / (0.75 * 28,000)
  }

  @Test
  void asksMoreWhereExpertsAnswerLess() {
    Tally halfAnswered = tally(28_000, 400, 200, 190);
    ReviewPlan plan = plan(tally(7_000, 100, 0, 0), halfAnswered, 7 * DAY).orElseThrow();

    assertThat(plan.getResponseShare()).isEqualTo(0.5);
    assertThat(plan.getRate()).isEqualTo(0.03898); // (714 - 100) / (0.75 * 21,000)
  }

  @Test
  void asksMoreWhereTheModelIsWorseThanExpected() {
    ReviewPlan plan = plan(tally(7_000, 100, 100, 80), Tallies.none(), 7 * DAY).orElseThrow();

    assertThat(plan.getNeeded()).isGreaterThan(1_100);
    assertThat(plan.getRate()).isGreaterThan(0.04);
  }

  @Test
  void asksOnlyTheLeastOnceTheIntervalIsNarrow() {
    ReviewPlan plan = plan(tally(7_000, 400, 400, 380), Tallies.none(), 7 * DAY).orElseThrow();

    assertThat(plan.getReached()).isTrue();
    assertThat(plan.getRate()).isEqualTo(0.001);
    assertThat(plan.getNextRate()).isGreaterThan(0.01);
  }

  @Test
  void doesNotAskAgainForLabelsThatAreOnTheirWay() {
    ReviewPlan plan = plan(tally(7_000, 357, 20, 19), Tallies.none(), 7 * DAY).orElseThrow();

    assertThat(plan.getReached()).isFalse();
    assertThat(plan.getRate()).isEqualTo(0.001);
  }

  @Test
  void startsWithTheStartingRate() {
    ReviewPlan plan = plan(tally(99, 2, 0, 0), Tallies.none(), 7 * DAY).orElseThrow();

    assertThat(plan.getRate()).isEqualTo(0.02);
  }

  @Test
  void tellsNothingThatIsNoNews() {
    ReviewPlan told = plan(tally(7_000, 100, 0, 0), Tallies.none(), 7 * DAY).orElseThrow();

    Optional<ReviewPlan> same =
        planner()
            .plan("*", TECHNICAL, WINDOW, tally(7_010, 101, 0, 0), Tallies.none(), 7 * DAY, told);
    ReviewPlan other =
        planner()
            .plan("*", TECHNICAL, WINDOW, tally(14_000, 380, 9, 9), Tallies.none(), 7 * DAY, told)
            .orElseThrow();

    assertThat(same).isEmpty();
    assertThat(told.getVersion()).isEqualTo("1970-01-01.1");
    assertThat(other.getVersion()).isEqualTo("1970-01-01.2");
  }

  @Test
  void asksUntilTheIntervalIsAsNarrowAsWishedAndThenAlmostNoMore(@TempDir Path stateDir) {
    Reviewed review = review(stateDir, "technical", null);

    assertThat(review.plans).extracting(ReviewPlan::getDomain).containsOnly("technical");
    assertThatItsIntervalIsNarrow(review);
  }

  @Test
  void aStratumThatAskedIsReachedThoughLabelsSayWhatDomainItsTicketsAreOf(@TempDir Path stateDir) {
    Reviewed review = review(stateDir, null, "technical");

    assertThat(review.plans).extracting(ReviewPlan::getDomain).containsOnly(Keys.NONE);
    assertThatItsIntervalIsNarrow(review);
  }

  private static void assertThatItsIntervalIsNarrow(Reviewed review) {
    ReviewPlan last = review.plans.get(review.plans.size() - 1);
    assertThat(last.getReached()).isTrue();
    assertThat(last.getAccuracy().getHigh() - last.getAccuracy().getLow()).isLessThanOrEqualTo(0.1);
    assertThat(review.asked.size()).isBetween(70, 140); // 81 labels are needed at 0.95.
    assertThat(last.getRate()).isZero();
  }

  private record Reviewed(Set<String> asked, List<ReviewPlan> plans) {}

  /** A window in which experts label at once all that they are asked about, 1 in 20 differently. */
  private static Reviewed review(
      Path stateDir, @Nullable String ticketDomain, @Nullable String labelDomain) {
    Map<String, String> settings =
        Map.of(
            "oversight.review-targets", "*:0.95:0.05",
            "oversight.review-rate", "0.1",
            "oversight.review-least-rate", "0");
    Reviewed review = new Reviewed(new HashSet<>(), new ArrayList<>());
    try (OversightDriver oversight = new OversightDriver(stateDir, settings)) {
      for (int hour = 0; hour < 9 * 24 + 12; hour += 3) { // The window ends on 12 March.
        Instant time = StageDriver.START.plus(Duration.ofHours(hour));
        for (int i = 0; i < 40; i++) {
          String id = "T-" + hour + "-" + i;
          oversight.send(at(inDomain(routed(id, "a", Route.URGENT), ticketDomain), time));
        }
        for (ReviewRequest request : oversight.stage.read(Topics.REVIEW_REQUESTS)) {
          assertThat(review.asked.add(request.getTicketId())).isTrue();
          boolean right = review.asked.size() % 20 != 0;
          ExpertLabel label =
              label(
                  request.getTicketId(),
                  right ? Route.URGENT : Route.STANDARD,
                  (int) Duration.ofHours(hour).toSeconds());
          label.setDomain(labelDomain);
          oversight.send(label);
        }
        oversight.report();
        review.plans.addAll(oversight.stage.read(Topics.REVIEW_PLANS));
        oversight.stage.advance(Duration.ofHours(3).minusMinutes(1).minusSeconds(1));
      }
    }
    return review;
  }

  @Test
  void domainsBeyondThoseKeptApartGoByTheirCommonPlan(@TempDir Path stateDir) {
    Map<String, String> settings =
        Map.of(
            "oversight.review-targets", "*:0.9:0.2",
            "oversight.review-rate", "1",
            "oversight.review-least-rate", "0");
    try (OversightDriver oversight = new OversightDriver(stateDir, settings)) {
      for (int i = 0; i < Counts.MOST_STRATA + 200; i++) {
        oversight.send(inDomain(routed("T-" + i, "a", Route.URGENT), "domain-" + i));
        oversight.send(label("T-" + i, Route.URGENT, 1));
      }
      oversight.report();
      oversight.stage.read(Topics.REVIEW_REQUESTS);
      oversight.send(inDomain(routed("T-new", "a", Route.URGENT), "domain-new"));

      assertThat(oversight.stage.read(Topics.REVIEW_REQUESTS)).isEmpty();
    }
  }

  @Test
  void theSameInputGivesTheSameSample(@TempDir Path one, @TempDir Path other) {
    assertThat(sample(one)).isNotEmpty().isEqualTo(sample(other));
  }

  @Test
  void aHigherRatePicksAllThatALowerOneDoes() {
    for (int i = 0; i < 1_000; i++) {
      if (ReviewSample.picks("T-" + i, 0.1)) {
        assertThat(ReviewSample.picks("T-" + i, 0.3)).isTrue();
      }
    }
  }

  private static List<String> sample(Path stateDir) {
    try (OversightDriver oversight = new OversightDriver(stateDir, Map.of())) {
      List<String> sample = new ArrayList<>();
      for (int i = 0; i < 600; i++) {
        oversight.send(routed("T-" + i, "a", i % 3 == 0 ? Route.URGENT : Route.STANDARD));
        if (i % 200 == 199) {
          oversight.report();
        }
      }
      oversight.stage.read(Topics.REVIEW_REQUESTS).stream()
          .map(request -> request.getTicketId() + " " + request.getPlanVersion())
          .forEach(sample::add);
      return sample;
    }
  }

  private static Optional<ReviewPlan> plan(Tally now, Tally before, long latest) {
    return planner().plan("*", TECHNICAL, WINDOW, now, before, latest, null);
  }

  private static ReviewPlanner planner() {
    OversightOptions byDefault =
        OversightOptions.of(StageDriver.configuration("plans", Path.of("unused"), Map.of()));
    Review review = byDefault.review();
    assertThat(review.target("technical").labels()).isEqualTo(357);
    assertThat(review.target("subjective").labels()).isEqualTo(158);
    assertThat(review.target("something else")).isEqualTo(review.target("*"));
    return new ReviewPlanner(byDefault);
  }

  private static Tally tally(long decisions, long asked, long labelled, long right) {
    return Tally.newBuilder()
        .setDecisions(decisions)
        .setAsked(asked)
        .setAskedLabelled(labelled)
        .setAskedRight(right)
        .setFirstAt(0)
        .build();
  }
}
