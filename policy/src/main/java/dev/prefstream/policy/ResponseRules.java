package dev.prefstream.policy;

import java.util.Optional;

/**
 * All that a choice among responses depends on beside the responses.
 *
 * @param region of the ticket: ISO 3166-1 alpha-2 code in capitals, when known
 * @param preferences of the ticket's tenant
 * @param floor the least adjusted score that may be sent, in (0, 1]
 * @param maxFabricationRisk a response of a higher risk is held back, in [0, 1]
 */
public record ResponseRules(
    Optional<String> region, Preferences preferences, double floor, double maxFabricationRisk) {

  /** The same rules without the fabrication guard. */
  ResponseRules unguarded() {
    return new ResponseRules(region, preferences, floor, 1);
  }
}
