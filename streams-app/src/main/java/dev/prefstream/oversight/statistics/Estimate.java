package dev.prefstream.oversight.statistics;

import java.util.List;

/**
 * A share, and how many trials of a simple sample tell it as well as it is known.
 *
 * @param value in [0, 1]; NaN without trials
 * @param trials 0 or more; need not be whole
 */
public record Estimate(double value, double trials) {

  /**
   * A part of a whole, and a sample of it.
   *
   * @param size members of the part, sampled or not
   */
  public record Part(long size, Proportion sample) {}

  /**
   * The share of a whole whose parts were sampled at unlike rates: each part's share counts by the
   * part's size (post-stratification: W. G. Cochran 1977, "Sampling Techniques", 3rd edition,
   * section 5A.9). Trials are those at which a simple sample of the whole would have the same
   * variance; in it each part's share is taken with one success and one failure more, so that a few
   * trials that all end alike are not taken for certainty. Parts without a sample are left out.
   */
  public static Estimate of(List<Part> parts) {
    List<Part> sampled = parts.stream().filter(part -> part.sample().trials() > 0).toList();
    double whole = sampled.stream().mapToDouble(Part::size).sum();
    double value = 0;
    double guarded = 0;
    double variance = 0;
    for (Part part : sampled) {
      double weight = part.size() / whole;
      double trials = part.sample().trials();
      double share = (part.sample().successes() + 1) / (trials + 2);
      value += weight * part.sample().value();
      guarded += weight * share;
      variance += weight * weight * share * (1 - share) / trials;
    }
    return sampled.isEmpty()
        ? new Estimate(Double.NaN, 0)
        : new Estimate(Math.min(1, value), guarded * (1 - guarded) / variance);
  }

  /**
   * The score interval of E. B. Wilson (1927), "Probable inference, the law of succession, and
   * statistical inference", JASA 22, p. 209-212, without continuity correction; all of [0, 1]
   * without trials.
   *
   * @param z quantile of the standard normal distribution, {@link Proportion#Z95} for 95 %
   */
  public Interval wilson(double z) {
    if (trials == 0) {
      return new Interval(0, 1);
    }
    double centre = value + z * z / (2 * trials);
    double reach = z * Math.sqrt(value * (1 - value) / trials + z * z / (4 * trials * trials));
    double scale = 1 + z * z / trials;
    return new Interval(
        value == 0 ? 0 : Math.max(0, (centre - reach) / scale),
        value == 1 ? 1 : Math.min(1, (centre + reach) / scale));
  }
}
