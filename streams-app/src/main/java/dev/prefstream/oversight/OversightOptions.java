package dev.prefstream.oversight;

import static java.util.Objects.requireNonNull;

import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.config.ConfigurationException;
import dev.prefstream.runtime.config.Option;
import dev.prefstream.runtime.streams.StreamsOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How decisions are checked.
 *
 * @param review how tickets are picked for experts
 * @param fairness how groups are compared
 * @param style what counts as a change of style's influence
 * @param window span of decision times that an accuracy or style report is of; whole days
 * @param reportEvery time between two reports on what changed
 * @param retention how long a decision waits for its label, a label for its decision, and counts
 *     stay after their day or month
 * @param clockTolerance how far a record's time may differ from this machine's clock
 */
public record OversightOptions(
    Review review,
    Fairness fairness,
    Style style,
    Duration window,
    Duration reportEvery,
    Duration retention,
    Duration clockTolerance) {

  /** Whose interval is to be as narrow as wished. */
  public enum Scope {
    /** That of all tenants together. */
    INSTALLATION,
    /** That of each tenant. */
    TENANT
  }

  /**
   * @param targets how well accuracy is to be known, by domain
   * @param scope of whom
   * @param startRate share of decisions asked about before anything is known, in [0, 1]
   * @param leastRate share asked about once enough is known, in [0, 1]
   */
  public record Review(
      Map<String, ReviewTarget> targets, Scope scope, double startRate, double leastRate) {

    ReviewTarget target(String domain) {
      ReviewTarget own = targets.get(domain);
      return own != null ? own : requireNonNull(targets.get(ReviewTarget.ANY_DOMAIN));
    }
  }

  /**
   * @param minimum least decisions, or labels, of a group that is compared
   * @param confidence of all intervals of a dimension together, in (0, 1)
   */
  public record Fairness(int minimum, double confidence) {}

  /**
   * @param longFrom least code points of a long ticket
   * @param minimum least decisions of a window that is compared, or compared with
   * @param growth how much farther from zero than in the reference an association may be
   */
  public record Style(int longFrom, int minimum, double growth) {}

  public static final Option<Map<String, ReviewTarget>> REVIEW_TARGETS =
      ReviewTarget.option(
          "oversight.review-targets",
          "technical:0.95:0.023,subjective:0.88:0.051,*:0.9:0.05",
          "How well accuracy is to be known in each domain: the accuracy expected at first, and the half-width of its interval of 95 % at which asking ends; half the width needs four times the labels.");

  public static final Option<Scope> REVIEW_SCOPE =
      Option.choice(
          "oversight.review-scope",
          Scope.class,
          Scope.INSTALLATION,
          "Whose interval is to be so narrow, that of all tenants together or of each tenant; the latter needs as many labels for each tenant.");

  public static final Option<Double> REVIEW_RATE =
      Option.decimal(
          "oversight.review-rate",
          0.02,
          0,
          1,
          "Share of decisions that experts are asked about until a stratum has 100 decisions, from which its own rate is planned.");

  public static final Option<Double> REVIEW_LEAST_RATE =
      Option.decimal(
          "oversight.review-least-rate",
          0.001,
          0,
          1,
          "Share of decisions that experts are still asked about when the interval is as narrow as wished; 0 asks no more and is blind until the next window.");

  public static final Option<Duration> WINDOW =
      Option.duration(
          "oversight.window",
          "28d",
          "1d",
          "92d",
          "Span of decision times, in whole days, that accuracy and style reports are of and that review targets hold for; shorter shows changes sooner and needs the labels anew more often.");

  public static final Option<Duration> REPORT_EVERY =
      Option.duration(
          "oversight.report-interval",
          "1m",
          "1s",
          "1d",
          "Time between two reports on a tenant whose counts changed.");

  public static final Option<Integer> FAIRNESS_MINIMUM =
      Option.integer(
          "oversight.fairness-min-count",
          30,
          1,
          Integer.MAX_VALUE,
          "Least decisions of a group whose urgent rate is compared, and least labels for equal opportunity; lower sees small groups.");

  public static final Option<Double> FAIRNESS_CONFIDENCE =
      Option.decimal(
          "oversight.fairness-confidence",
          0.99,
          0.8,
          0.9999,
          "Confidence of a dimension's intervals, over all pairs of its groups together; higher raises fewer false alarms and sees less.");

  public static final Option<Integer> STYLE_LONG_FROM =
      Option.integer(
          "oversight.style-long-from",
          500,
          1,
          Integer.MAX_VALUE,
          "Least length of a long ticket, in code points.");

  public static final Option<Integer> STYLE_MINIMUM =
      Option.integer(
          "oversight.style-min-count",
          200,
          4,
          Integer.MAX_VALUE,
          "Least decisions of a window whose style report is compared with the reference, or is the reference.");

  public static final Option<Double> STYLE_GROWTH =
      Option.decimal(
          "oversight.style-growth",
          0.1,
          0,
          1,
          "How much farther from zero than in the reference window an association of style may be before an alert, if it is by more than chance explains.");

  public static final Option<Duration> RETENTION =
      Option.duration(
          "oversight.state-retention",
          "92d",
          "1d",
          "1000d",
          "How long, in record time, a decision is remembered for its label, a label for its decision, and counts after the end of their day or month; at least oversight.window.");

  public OversightOptions {
    if (window.toMillis() % Duration.ofDays(1).toMillis() != 0) {
      throw new ConfigurationException(
          "%s = %s: must be whole days".formatted(WINDOW.key(), window));
    }
    if (retention.compareTo(window) < 0) {
      throw new ConfigurationException(
          "%s = %s is shorter than %s = %s: must be at least as long, or a window loses its first days; raise the first or lower the second"
              .formatted(RETENTION.key(), retention, WINDOW.key(), window));
    }
  }

  public static List<Option<?>> all() {
    return List.of(
        REVIEW_TARGETS,
        REVIEW_SCOPE,
        REVIEW_RATE,
        REVIEW_LEAST_RATE,
        WINDOW,
        REPORT_EVERY,
        FAIRNESS_MINIMUM,
        FAIRNESS_CONFIDENCE,
        STYLE_LONG_FROM,
        STYLE_MINIMUM,
        STYLE_GROWTH,
        RETENTION);
  }

  public static OversightOptions of(Configuration configuration) {
    return new OversightOptions(
        new Review(
            configuration.get(REVIEW_TARGETS),
            configuration.get(REVIEW_SCOPE),
            configuration.get(REVIEW_RATE),
            configuration.get(REVIEW_LEAST_RATE)),
        new Fairness(configuration.get(FAIRNESS_MINIMUM), configuration.get(FAIRNESS_CONFIDENCE)),
        new Style(
            configuration.get(STYLE_LONG_FROM),
            configuration.get(STYLE_MINIMUM),
            configuration.get(STYLE_GROWTH)),
        configuration.get(WINDOW),
        configuration.get(REPORT_EVERY),
        configuration.get(RETENTION),
        configuration.get(StreamsOptions.CLOCK_TOLERANCE));
  }
}
