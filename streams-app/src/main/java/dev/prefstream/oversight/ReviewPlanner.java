package dev.prefstream.oversight;

import dev.prefstream.oversight.statistics.Proportion;
import dev.prefstream.oversight.statistics.SampleSize;
import dev.prefstream.schemas.avro.ReviewPlan;
import dev.prefstream.schemas.avro.Tally;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Plans what share of a stratum's decisions experts are asked about: so many that the Wilson
 * interval of 95 % is as narrow as wished at the end of the window, spread evenly over the
 * decisions still expected. Equal counts give an equal plan.
 */
final class ReviewPlanner {

  /** From so many on, what was seen is believed rather than what was expected. */
  static final long ENOUGH_LABELS = 30;

  static final long ENOUGH_DECISIONS = 100;

  /** Experts who answer less are not asked more than this many times as often. */
  private static final double LEAST_RESPONSE_SHARE = 0.2;

  private static final double NOTEWORTHY = 0.1;

  /** What comes within minutes may be all of a day. */
  private static final double LEAST_SPAN_MS = Duration.ofDays(1).toMillis();

  /** Labels take a while, so the sample is to be complete before the window's end. */
  private static final double SHARE_OF_TIME_LEFT = 0.75;

  private static final MathContext DIGITS = new MathContext(4);

  private final OversightOptions.Review options;

  ReviewPlanner(OversightOptions options) {
    this.options = options.review();
  }

  /**
   * The plan for a stratum; empty when it differs too little from the last to be told.
   *
   * @param now counts of the window that holds the newest decisions
   * @param before counts of the window before it
   * @param latest time of the newest decision of any stratum, milliseconds since the epoch
   */
  Optional<ReviewPlan> plan(
      String scope,
      Stratum stratum,
      Window window,
      Tally now,
      Tally before,
      long latest,
      @Nullable ReviewPlan last) {
    ReviewTarget target = options.target(stratum.domain());
    Proportion sample = Tallies.sampleAccuracy(now);
    boolean believed = sample.trials() >= ENOUGH_LABELS;
    long needed =
        SampleSize.wilson(believed ? sample.value() : target.accuracy(), target.halfWidth());
    boolean reached =
        sample.trials() > 0 && sample.wilson(Proportion.Z95).halfWidth() <= target.halfWidth();
    double responseShare = responseShare(before);
    double wanted = needed / responseShare;
    double rate = options.startRate();
    double nextRate = options.startRate();
    if (now.getDecisions() >= ENOUGH_DECISIONS) {
      double perMs =
          now.getDecisions() / Math.max(LEAST_SPAN_MS, latest - (double) now.getFirstAt());
      double left = perMs * SHARE_OF_TIME_LEFT * (window.end().toEpochMilli() - latest);
      double next = perMs * SHARE_OF_TIME_LEFT * window.length().toMillis();
      rate = bounded((wanted - now.getAsked()) / Math.max(1, left));
      nextRate = bounded(wanted / Math.max(1, next));
    }
    if (reached) {
      rate = options.leastRate();
    }
    boolean sameWindow = last != null && last.getWindowStart().equals(window.start());
    ReviewPlan plan =
        ReviewPlan.newBuilder()
            .setTenantId(scope)
            .setDomain(stratum.domain())
            .setModel(stratum.model())
            .setWindowStart(window.start())
            .setWindowEnd(window.end())
            .setDecisions(now.getDecisions())
            .setAsked(now.getAsked())
            .setAccuracy(Tallies.share(sample))
            .setWishedHalfWidth(target.halfWidth())
            .setNeeded(needed)
            .setResponseShare(responseShare)
            .setReached(reached)
            .setRate(rate)
            .setNextRate(nextRate)
            .setVersion(version(window, sameWindow ? last : null))
            .build();
    boolean told = last != null && sameWindow && !isNews(plan, last);
    return told ? Optional.empty() : Optional.of(plan);
  }

  private static double responseShare(Tally before) {
    return before.getAsked() < ENOUGH_LABELS
        ? 1
        : Math.max(LEAST_RESPONSE_SHARE, (double) before.getAskedLabelled() / before.getAsked());
  }

  private double bounded(double rate) {
    double bounded = Math.max(options.leastRate(), Math.min(1, rate));
    return BigDecimal.valueOf(bounded).round(DIGITS).doubleValue();
  }

  private static boolean isNews(ReviewPlan plan, ReviewPlan last) {
    return plan.getReached() != last.getReached()
        || differs(plan.getRate(), last.getRate())
        || differs(plan.getNextRate(), last.getNextRate())
        || differs(plan.getNeeded(), last.getNeeded());
  }

  private static boolean differs(double one, double other) {
    return Math.abs(one - other) > NOTEWORTHY * other;
  }

  private static String version(Window window, @Nullable ReviewPlan last) {
    int step =
        last == null
            ? 1
            : 1
                + Integer.parseInt(
                    last.getVersion().substring(last.getVersion().lastIndexOf('.') + 1));
    return LocalDate.ofEpochDay(window.firstDay()) + "." + step;
  }
}
