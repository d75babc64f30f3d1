package dev.prefstream.oversight;

import dev.prefstream.oversight.statistics.SampleSize;
import dev.prefstream.runtime.config.Option;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How well the accuracy in one domain is to be known.
 *
 * @param accuracy what is expected as long as there are few labels, in [0.5, 1)
 * @param halfWidth wished half-width of the interval of 95 %, in [0.005, 0.25]
 */
public record ReviewTarget(double accuracy, double halfWidth) {

  /** Stands for every domain without a target of its own. */
  static final String ANY_DOMAIN = "*";

  private static final String EXPECTED =
      "must be domain:accuracy:half-width, separated by commas, with accuracy in [0.5, 1), half-width in [0.005, 0.25], each domain once, and one of them *";

  /** Labels that the interval needs if the accuracy is as expected. */
  long labels() {
    return SampleSize.wilson(accuracy, halfWidth);
  }

  /** Targets by domain; one of them for {@link #ANY_DOMAIN}. */
  static Option<Map<String, ReviewTarget>> option(String key, String byDefault, String doc) {
    return new Option<>(
        key,
        "list",
        byDefault,
        "domain:accuracy:half-width, one of them for *",
        doc,
        ReviewTarget::parse);
  }

  private static Map<String, ReviewTarget> parse(String text) {
    Map<String, ReviewTarget> targets = new LinkedHashMap<>();
    for (String target : Arrays.stream(text.split(",")).map(String::strip).toList()) {
      String[] parts = target.split(":");
      if (parts.length != 3 || parts[0].isBlank()) {
        throw new IllegalArgumentException(EXPECTED);
      }
      ReviewTarget parsed = new ReviewTarget(number(parts[1]), number(parts[2]));
      boolean inRange =
          parsed.accuracy >= 0.5
              && parsed.accuracy < 1
              && parsed.halfWidth >= 0.005
              && parsed.halfWidth <= 0.25;
      if (!inRange || targets.put(parts[0].strip(), parsed) != null) {
        throw new IllegalArgumentException(EXPECTED);
      }
    }
    if (!targets.containsKey(ANY_DOMAIN)) {
      throw new IllegalArgumentException(EXPECTED);
    }
    return Map.copyOf(targets);
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(EXPECTED, e);
    }
  }
}
