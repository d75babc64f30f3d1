package dev.prefstream.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * What a tenant wants.
 *
 * @param strictness a ticket is urgent strictly above it, in [0, 1]
 * @param styles accepted styles of response; empty accepts any
 * @param regionalWeights by ISO 3166-1 alpha-2 code; regions not named have the built-in ones
 * @param floor least adjusted score that may be sent, in (0, 1]; empty for the installation's
 * @param maxFabricationRisk highest risk that may be sent, in [0, 1]; empty for the installation's
 */
public record Preferences(
    double strictness,
    Optional<Styles> styles,
    Map<String, Weights> regionalWeights,
    OptionalDouble floor,
    OptionalDouble maxFabricationRisk) {

  /** Where nothing is set. */
  public static final Preferences DEFAULT =
      new Preferences(Policy.DEFAULT_STRICTNESS, Optional.empty());

  private static final double LARGEST_WEIGHT = 1_000;
  private static final int LARGEST_REGION = 8;

  public Preferences {
    regionalWeights = Map.copyOf(regionalWeights);
  }

  /** With nothing else set. */
  public Preferences(double strictness, Optional<Styles> styles) {
    this(strictness, styles, Map.of(), OptionalDouble.empty(), OptionalDouble.empty());
  }

  /**
   * Accepted styles of response.
   *
   * @param lengthMin shortest accepted length in code points
   * @param lengthMax longest accepted length in code points
   * @param formality wanted formality in [0, 1]; empty for no wish
   */
  public record Styles(int lengthMin, int lengthMax, OptionalDouble formality) {}

  /** How much each side of a style counts in a region; only their ratio matters. */
  public record Weights(double directness, double formality) {}

  /**
   * What is wrong with them, each as what was found and what was expected; empty when they may be
   * put in force.
   */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (!isShare(strictness)) {
      problems.add("strictness_level is %s, expected a number from 0 to 1".formatted(strictness));
    }
    styles.ifPresent(range -> addProblems(range, problems));
    new TreeMap<>(regionalWeights)
        .forEach((region, weights) -> addProblems(region, weights, problems));
    if (floor.isPresent() && (!isShare(floor.getAsDouble()) || floor.getAsDouble() == 0)) {
      problems.add(
          "response_floor is %s, expected a number above 0 and up to 1"
              .formatted(floor.getAsDouble()));
    }
    if (maxFabricationRisk.isPresent() && !isShare(maxFabricationRisk.getAsDouble())) {
      problems.add(
          "max_fabrication_risk is %s, expected a number from 0 to 1"
              .formatted(maxFabricationRisk.getAsDouble()));
    }
    return List.copyOf(problems);
  }

  private static void addProblems(Styles range, List<String> problems) {
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
  }

  private static void addProblems(String region, Weights weights, List<String> problems) {
    String name = region.length() <= LARGEST_REGION ? region : "a region";
    if (!region.matches("[A-Z]{2}")) {
      problems.add(
          "regional_weights names %s, expected ISO 3166-1 alpha-2 codes in capitals"
              .formatted(name));
    }
    if (!isWeight(weights.directness())
        || !isWeight(weights.formality())
        || weights.directness() + weights.formality() == 0) {
      problems.add(
          "regional_weights.%s is %s and %s, expected two numbers from 0 to %s, not both 0"
              .formatted(name, weights.directness(), weights.formality(), LARGEST_WEIGHT));
    }
  }

  /** False for what is not a number, too. */
  private static boolean isShare(double value) {
    return value >= 0 && value <= 1;
  }

  private static boolean isWeight(double value) {
    return value >= 0 && value <= LARGEST_WEIGHT;
  }
}
