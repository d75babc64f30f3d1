package dev.prefstream.decision.policy;

import java.util.Optional;

/**
 * How much directness and formality count in a region. They sum to 1.
 *
 * @param directness in [0, 1]
 * @param formality in [0, 1]
 */
public record RegionalWeights(double directness, double formality) {

  /**
   * The weights of a region: directness 0.7 in the US, else 0.4; formality 0.3 in JP, else 0.6;
   * then divided by their sum.
   *
   * @param region ISO 3166-1 alpha-2 code in capitals, when known
   */
  public static RegionalWeights of(Optional<String> region) {
    double directness = region.filter("US"::equals).isPresent() ? 0.7 : 0.4;
    double formality = region.filter("JP"::equals).isPresent() ? 0.3 : 0.6;
    double sum = directness + formality;
    return new RegionalWeights(directness / sum, formality / sum);
  }

  /** How well a style fits, in [0, 1]; 0.5 without evidence. */
  double fit(Style style) {
    return directness * style.directness() + formality * style.formality();
  }
}
