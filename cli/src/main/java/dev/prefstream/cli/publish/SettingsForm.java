package dev.prefstream.cli.publish;

import static dev.prefstream.runtime.failure.PoisonReason.INVALID_FIELD;

import com.fasterxml.jackson.databind.JsonNode;
import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.schemas.avro.PreferenceSettings;
import dev.prefstream.schemas.avro.StyleRanges;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's settings document: {@code {"tenant_id", "preference_settings": {"strictness_level",
 * "allowed_style_ranges": {"length": [min, max], "formality"}}}}. A field it does not know is
 * refused: a misspelt level would otherwise quietly become the default.
 */
final class SettingsForm implements LineForm<PreferenceSettings> {

  private static final List<String> ID = List.of("tenant_id");
  private static final double DEFAULT_STRICTNESS = 0.7;

  private final Clock clock;

  SettingsForm(Clock clock) {
    this.clock = clock;
  }

  @Override
  public List<String> keyFields() {
    return ID;
  }

  @Override
  public List<Outcome<PreferenceSettings>> read(Fields line) {
    String tenant = line.id(ID);
    Fields document = line.nested("preference_settings");
    if (document == null) {
      throw new PoisonException(
          INVALID_FIELD,
          "there is no preference_settings: expected {\"tenant_id\": ..., \"preference_settings\": {\"strictness_level\": 0.7}}");
    }
    Instant updated = line.time("updated_at");
    PreferenceSettings settings =
        PreferenceSettings.newBuilder()
            .setTenantId(tenant)
            .setStrictnessLevel(
                document.number("strictness_level", 0, 1).orElse(DEFAULT_STRICTNESS))
            .setAllowedStyleRanges(ranges(document.nested("allowed_style_ranges")))
            .setUpdatedAt(updated == null ? clock.instant() : updated)
            .setUpdatedBy(line.word("updated_by"))
            .build();
    refuseUnknown("preference_settings", document);
    refuseUnknown("the line", line);
    return List.of(Outcome.accepted(tenant, settings));
  }

  private static @Nullable StyleRanges ranges(@Nullable Fields fields) {
    if (fields == null) {
      return null;
    }
    StyleRanges.Builder ranges = StyleRanges.newBuilder();
    JsonNode length = fields.take("length");
    if (length != null) {
      if (!length.isArray() || length.size() != 2) {
        throw new PoisonException(
            INVALID_FIELD, "length must be two whole numbers [shortest, longest] in characters");
      }
      int min = Fields.whole("length[0]", length.get(0), 0, Integer.MAX_VALUE);
      int max = Fields.whole("length[1]", length.get(1), 0, Integer.MAX_VALUE);
      if (min > max) {
        throw new PoisonException(
            INVALID_FIELD,
            "length = [%d, %d]: the shortest must not be above the longest".formatted(min, max));
      }
      ranges.setLengthMin(min).setLengthMax(max);
    }
    ranges.setFormality(fields.number("formality", 0, 1).orElse(null));
    refuseUnknown("allowed_style_ranges", fields);
    return ranges.build();
  }

  private static void refuseUnknown(String where, Fields fields) {
    if (!fields.unknown().isEmpty()) {
      throw new PoisonException(
          INVALID_FIELD,
          "%s holds %s, which is no setting: docs/publishing.md lists them"
              .formatted(where, String.join(", ", fields.unknown())));
    }
  }
}
