package dev.prefstream.intake;

import dev.prefstream.intake.masking.Masking.Masked;
import dev.prefstream.schemas.avro.SettingsInForce;
import java.util.Map;
import java.util.Optional;

/** What a response says once its tenant's personal data is masked. */
public final class ResponseText {

  private ResponseText() {}

  /**
   * The text that is scored, as the body of a ticket would be masked, but for what is one of the
   * tenant's known terms: its own addresses and numbers are nobody's personal data.
   *
   * @param settings of the ticket's tenant
   */
  public static Masked masked(String text, Optional<SettingsInForce> settings) {
    return settings
        .map(SettingsInForce::getSettings)
        .flatMap(
            each -> TenantMasking.of(each).map(masking -> masking.except(each.getKnownTerms())))
        .map(masking -> masking.mask("", text).body())
        .orElseGet(() -> new Masked(text, Map.of()));
  }
}
