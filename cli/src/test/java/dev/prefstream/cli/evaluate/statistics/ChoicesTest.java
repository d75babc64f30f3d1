package dev.prefstream.cli.evaluate.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Intervals of what rules choose. Constants are those of SciPy for the same numbers. */
class ChoicesTest {

  private static final int TRIALS = 1_000;

  @Test
  void fewQuestionsThatAllEndAlikeLeaveRoomForDoubt() {
    Questions questions = new Questions();
    for (int i = 0; i < 5; i++) {
      questions.add(new double[] {4, 1, 1}, 0);
    }

    Estimate best = questions.choices().shareBest();
    Estimate rating = questions.choices().meanRating();
    Estimate lead = questions.choices().bestLess(questions.chance());

    // Wilson's interval of 5 in 5.
    assertThat(best).isEqualTo(Wilson.share(5, 5));
    assertThat(best.low()).isCloseTo(0.56551753522, within(1e-9));
    assertThat(rating.value()).isEqualTo(4);
    assertThat(rating.low()).isCloseTo(2.52275206380, within(1e-9));
    assertThat(rating.high()).isCloseTo(4.62010507906, within(1e-9));
    assertThat(lead.value()).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(lead.low()).isCloseTo(-0.13669234502, within(1e-9));
    assertThat(lead.high()).isEqualTo(1);
  }

  @Test
  void ruleThatFindsAllEquallyStrongMayStillDifferFromChance() {
    Questions questions = new Questions();
    questions.add(new double[] {4, 1, 1}, 0);
    questions.add(new double[] {1, 3}, 0);

    Estimate lead = questions.chance().bestLess(questions.chance());

    assertThat(lead.value()).isZero();
    assertThat(lead.low()).isNegative();
    assertThat(lead.high()).isPositive();
  }

  @Test
  void ratingHasNoBoundsWhereAllAreRatedAlike() {
    Questions questions = new Questions();
    questions.add(new double[] {3, 3}, 0);
    questions.add(new double[] {3, 3, 3}, 1);

    assertThat(questions.choices().meanRating()).isEqualTo(new Estimate(3, Double.NaN, Double.NaN));
  }

  @Test
  void noQuestionsGiveNoFigure() {
    Choices none = new Questions().choices();

    assertThat(none.shareBest()).isEqualTo(Estimate.NONE);
    assertThat(none.meanRating()).isEqualTo(Estimate.NONE);
    assertThat(none.bestLess(none)).isEqualTo(Estimate.NONE);
  }

  @Property(tries = 200)
  void intervalsHoldTheirValuesAndAreNeverWithoutWidth(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int count,
      @ForAll @IntRange(max = 100) int percent) {
    Questions questions = drawn(new SplittableRandom(seed), count, percent / 100.0);

    for (Estimate estimate :
        List.of(
            questions.choices().shareBest(),
            questions.choices().meanRating(),
            questions.choices().bestLess(questions.chance()),
            questions.chance().shareBest(),
            questions.chance().meanRating())) {
      assertThat(estimate.low()).isLessThanOrEqualTo(estimate.value()).isLessThan(estimate.high());
      assertThat(estimate.high()).isGreaterThanOrEqualTo(estimate.value());
    }
  }

  @Test
  void intervalsOfFewQuestionsHoldTheTruthAboutAsOftenAsTheySay() {
    for (int count : new int[] {1, 2, 5, 20}) {
      for (double skill : new double[] {0, 0.5, 0.9}) {
        double best = skill + (1 - skill) * 0.5;
        double rating = skill * 4 + (1 - skill) * 2.5;

        // 95 % of 1,000 is 950, standard deviation 6.9. Wilson's interval holds 0.95 in 0.9025 of
        // two trials: it is of 95 % on average over the shares, not at each.
        assertThat(held(count, skill, questions -> questions.choices().shareBest(), best))
            .as("best of %d questions, skill %s", count, skill)
            .isGreaterThan(880);
        assertThat(held(count, skill, questions -> questions.choices().meanRating(), rating))
            .as("rating of %d questions, skill %s", count, skill)
            .isGreaterThan(925);
        assertThat(
                held(
                    count,
                    skill,
                    questions -> questions.choices().bestLess(questions.chance()),
                    best - 0.5))
            .as("best less chance of %d questions, skill %s", count, skill)
            .isGreaterThan(925);
      }
    }
  }

  @Test
  void gapOfTenQuestionsWonOrLostByACoinIsHeldInMostOutcomes() {
    int held = 0;
    for (int outcome = 0; outcome < 1_024; outcome++) {
      double[] gaps = new double[10];
      for (int i = 0; i < gaps.length; i++) {
        gaps[i] = (outcome >> i & 1) == 1 ? 1 : -1;
      }
      Estimate gap = GuardedMean.of(gaps, -1, 1);
      held += gap.low() <= 0 && 0 <= gap.high() ? 1 : 0;
    }

    // With the normal quantile, as published, 912.
    assertThat(held).isEqualTo(1_002);
  }

  @Test
  void gapOfManyQuestionsIsAsNarrowAsPairsMakeIt() {
    // Right wherever chance is 2/3 and wrong where it is 1/3, or the other way round.
    Questions together = new Questions();
    Questions apart = new Questions();
    for (int i = 0; i < 1_000; i++) {
      double[] ratings = {4, 1, i % 2 == 0 ? 4 : 1};
      together.add(ratings, i % 2 == 0 ? 0 : 1);
      apart.add(ratings, i % 2 == 0 ? 1 : 0);
    }

    assertThat(width(together.choices().bestLess(together.chance())))
        .isCloseTo(2 * 1.96 / 3 / Math.sqrt(1_000), within(1e-3));
    assertThat(width(apart.choices().bestLess(apart.chance())))
        .isCloseTo(2 * 1.96 * 2 / 3 / Math.sqrt(1_000), within(1e-3));
  }

  private static double width(Estimate estimate) {
    return estimate.high() - estimate.low();
  }

  private static int held(
      int count, double skill, Function<Questions, Estimate> figure, double truth) {
    SplittableRandom random = new SplittableRandom(7);
    int held = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
      Estimate estimate = figure.apply(drawn(random, count, skill));
      held += estimate.low() <= truth && truth <= estimate.high() ? 1 : 0;
    }
    return held;
  }

  /**
   * Three responses to each, rated 4, 1, and one of these by a coin: one drawn by chance is a best
   * one half the time. A rule of this skill takes a best one so often, and any of the three else.
   */
  private static Questions drawn(SplittableRandom random, int count, double skill) {
    Questions questions = new Questions();
    for (int i = 0; i < count; i++) {
      double[] ratings = {4, 1, random.nextBoolean() ? 4 : 1};
      questions.add(ratings, random.nextDouble() < skill ? 0 : random.nextInt(3));
    }
    return questions;
  }

  /** Ratings of responses, and which of them a rule chooses. */
  private static final class Questions {
    private final List<double[]> ratings = new ArrayList<>();
    private final List<double[]> strengths = new ArrayList<>();

    void add(double[] rated, int chosen) {
      double[] strength = new double[rated.length];
      strength[chosen] = 1;
      ratings.add(rated);
      strengths.add(strength);
    }

    Choices choices() {
      return Choices.of(ratings, strengths);
    }

    Choices chance() {
      return Choices.of(ratings, ratings.stream().map(each -> new double[each.length]).toList());
    }
  }
}
