package dev.prefstream.intake;

import dev.prefstream.intake.masking.Masking;
import dev.prefstream.intake.masking.PersonalKind;
import dev.prefstream.schemas.avro.PreferenceSettings;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** From a tenant's settings to what masks its texts. */
final class TenantMasking {

  private TenantMasking() {}

  /** What masks; nothing where the tenant masks nothing. */
  static Optional<Masking> of(PreferenceSettings settings) {
    if (settings.getMasking().isEmpty()) {
      return Optional.empty();
    }
    Set<PersonalKind> kinds = EnumSet.noneOf(PersonalKind.class);
    settings.getMasking().forEach(kind -> kinds.add(PersonalKind.valueOf(kind.name())));
    return Optional.of(new Masking(kinds));
  }
}
