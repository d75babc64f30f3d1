package dev.prefstream.intake;

import dev.prefstream.intake.masking.Masking.Masked;
import dev.prefstream.schemas.avro.PreferenceSettings;
import java.util.Map;

/** What a response says once its tenant's personal data is masked. */
public final class ResponseText {

  private ResponseText() {}

  /**
   * The text that is scored, as the body of a ticket would be masked, but for what is one of the
   * tenant's known terms: its own addresses and numbers are nobody's personal data.
   */
  public static Masked masked(String text, PreferenceSettings settings) {
    return TenantMasking.of(settings)
        .map(masking -> masking.except(settings.getKnownTerms()).mask("", text).body())
        .orElseGet(() -> new Masked(text, Map.of()));
  }
}
