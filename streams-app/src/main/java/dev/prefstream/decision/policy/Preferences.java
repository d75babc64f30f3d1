package dev.prefstream.decision.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a tenant wants.
 *
 * @param strictness a ticket is urgent strictly above it, in [0, 1]
 * @param styles accepted styles of response; empty accepts any
 */
public record Preferences(double strictness, Optional<Styles> styles) {

  /** Where nothing is set. */
  public static final Preferences DEFAULT =
      new Preferences(Policy.DEFAULT_STRICTNESS, Optional.empty());

  /**
   * Accepted styles of response.
   *
   * @param lengthMin shortest accepted length in code points
   * @param lengthMax longest accepted length in code points
   * @param formality wanted formality in [0, 1]; empty for no wish
   */
  public record Styles(int lengthMin, int lengthMax, OptionalDouble formality) {}

  /**
   * What is wrong with them, each as what was found and what was expected; empty when they may be
   * put in force.
   */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (!isShare(strictness)) {
      problems.add("strictness_level is %s, expected a number from 0 to 1".formatted(strictness));
    }
    styles.ifPresent(
        range -> {
          if (range.lengthMin() < 0 || range.lengthMax() < range.lengthMin()) {
            problems.add(
                "allowed_style_ranges.length is %d to %d, expected 0 <= shortest <= longest"
                    .formatted(range.lengthMin(), range.lengthMax()));
          }
          if (range.formality().isPresent() && !isShare(range.formality().getAsDouble())) {
            problems.add(
                "allowed_style_ranges.formality is %s, expected a number from 0 to 1"
                    .formatted(range.formality().getAsDouble()));
          }
        });
    return List.copyOf(problems);
  }

  /** False for what is not a number, too. */
  private static boolean isShare(double value) {
    return value >= 0 && value <= 1;
  }
}
