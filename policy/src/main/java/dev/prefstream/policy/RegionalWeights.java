package dev.prefstream.policy;

import java.util.Map;
import java.util.Optional;

/**
 * How much directness and formality count in a region. They sum to 1.
 *
 * @param directness in [0, 1]
 * @param formality in [0, 1]
 */
public record RegionalWeights(double directness, double formality) {

  /**
   * The weights of a region: the tenant's own, else the built-in ones (directness 0.7 in the US,
   * else 0.4; formality 0.3 in JP, else 0.6); then divided by their sum.
   *
   * @param region ISO 3166-1 alpha-2 code in capitals, when known
   * @param own the tenant's weights by region, not yet divided
   */
  public static RegionalWeights of(Optional<String> region, Map<String, Preferences.Weights> own) {
    Optional<Preferences.Weights> given = region.map(own::get);
    double directness =
        given
            .map(Preferences.Weights::directness)
            .orElse(region.filter("US"::equals).isPresent() ? 0.7 : 0.4);
    double formality =
        given
            .map(Preferences.Weights::formality)
            .orElse(region.filter("JP"::equals).isPresent() ? 0.3 : 0.6);
    double sum = directness + formality;
    return new RegionalWeights(directness / sum, formality / sum);
  }

  /** How well a style fits, in [0, 1]; 0.5 without evidence. */
  double fit(Style style) {
    return directness * style.directness() + formality * style.formality();
  }
}
