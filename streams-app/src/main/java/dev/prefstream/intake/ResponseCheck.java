package dev.prefstream.intake;

import dev.prefstream.intake.fabrication.FabricationGuard;
import dev.prefstream.intake.fabrication.FabricationGuard.Finding;
import dev.prefstream.intake.fabrication.Specific;
import dev.prefstream.schemas.avro.Fabrication;
import dev.prefstream.schemas.avro.InventedSpecific;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.schemas.avro.SettingsInForce;
import dev.prefstream.schemas.avro.SpecificKind;
import java.util.List;
import java.util.Optional;

/** Runs the fabrication guard over a response and says what it found in the words of the topics. */
final class ResponseCheck {

  private static final int MOST_EVIDENCE = 20;

  private ResponseCheck() {}

  /**
   * What the response may have made up.
   *
   * @param ticket the ticket's own request
   * @param settings of its tenant
   */
  static Fabrication of(
      ScoringRequest ticket, String response, Optional<SettingsInForce> settings) {
    List<String> terms = settings.map(s -> s.getSettings().getKnownTerms()).orElse(List.of());
    Finding finding =
        FabricationGuard.of(ticket.getSubject() + "\n" + ticket.getBody(), terms).check(response);
    return Fabrication.newBuilder()
        .setRisk(finding.risk())
        .setSpecifics(finding.stated())
        .setInvented(finding.invented().size())
        .setEvidence(
            finding.invented().stream()
                .limit(MOST_EVIDENCE)
                .map(specific -> evidence(specific, response))
                .toList())
        .build();
  }

  private static InventedSpecific evidence(Specific specific, String response) {
    int start = response.codePointCount(0, specific.start());
    return new InventedSpecific(
        SpecificKind.valueOf(specific.kind().name()),
        start,
        start + response.codePointCount(specific.start(), specific.end()));
  }
}
