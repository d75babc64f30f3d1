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
   * @param response its text as it is scored, with what the tenant masks replaced
   * @param settings of its tenant
   */
  static Fabrication of(
      ScoringRequest ticket, String response, Optional<SettingsInForce> settings) {
    List<String> terms = settings.map(s -> s.getSettings().getKnownTerms()).orElse(List.of());
    Finding finding = FabricationGuard.of(source(ticket, settings), terms).check(response);
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

  /**
   * What the response answers, masked as the response is: the ticket may have come before its
   * tenant wished for it. What is masked already stays as it is.
   */
  private static String source(ScoringRequest ticket, Optional<SettingsInForce> settings) {
    return settings
        .flatMap(each -> TenantMasking.of(each.getSettings()))
        .map(masking -> masking.mask(ticket.getSubject(), ticket.getBody()))
        .map(masked -> masked.subject().text() + "\n" + masked.body().text())
        .orElseGet(() -> ticket.getSubject() + "\n" + ticket.getBody());
  }

  private static InventedSpecific evidence(Specific specific, String response) {
    int start = response.codePointCount(0, specific.start());
    return new InventedSpecific(
        SpecificKind.valueOf(specific.kind().name()),
        start,
        start + response.codePointCount(specific.start(), specific.end()));
  }
}
