package dev.prefstream.cli.publish;

import static dev.prefstream.runtime.failure.PoisonReason.INVALID_FIELD;

import com.fasterxml.jackson.databind.JsonNode;
import dev.prefstream.policy.Preferences;
import dev.prefstream.policy.records.SettingsRules;
import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.schemas.avro.PersonalData;
import dev.prefstream.schemas.avro.PreferenceSettings;
import dev.prefstream.schemas.avro.RegionWeights;
import dev.prefstream.schemas.avro.StyleRanges;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's settings document: {@code {"tenant_id", "preference_settings": {"strictness_level",
 * "allowed_style_ranges": {"length": [min, max], "formality"}, "regional_weights": {"DE":
 * {"directness", "formality"}}, "response_floor", "max_fabrication_risk", "known_terms",
 * "masking"}}}. Refused are a field it does not know, since a misspelt level would otherwise
 * quietly become the default, and what {@link SettingsRules} find wrong, which the stage would
 * refuse.
 */
final class SettingsForm implements LineForm<PreferenceSettings> {

  private static final List<String> ID = List.of("tenant_id");

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
                document.number("strictness_level", 0, 1).orElse(Preferences.DEFAULT.strictness()))
            .setAllowedStyleRanges(ranges(document.nested("allowed_style_ranges")))
            .setRegionalWeights(weights(document.nested("regional_weights")))
            .setResponseFloor(document.number("response_floor", 0, 1).orElse(null))
            .setMaxFabricationRisk(document.number("max_fabrication_risk", 0, 1).orElse(null))
            .setKnownTerms(texts("known_terms", document.take("known_terms")))
            .setMasking(masking(document.take("masking")))
            .setUpdatedAt(updated == null ? clock.instant() : updated)
            .setUpdatedBy(line.word("updated_by"))
            .build();
    refuseUnknown("preference_settings", document);
    refuseUnknown("the line", line);
    List<String> problems = SettingsRules.problems(settings);
    if (!problems.isEmpty()) {
      throw new PoisonException(INVALID_FIELD, String.join("; ", problems));
    }
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
      ranges.setLengthMin(min).setLengthMax(max);
    }
    ranges.setFormality(fields.number("formality", 0, 1).orElse(null));
    refuseUnknown("allowed_style_ranges", fields);
    return ranges.build();
  }

  private static Map<String, RegionWeights> weights(@Nullable Fields fields) {
    Map<String, RegionWeights> weights = new TreeMap<>();
    if (fields != null) {
      for (String region : fields.unknown()) {
        Fields pair = fields.nested(region);
        if (pair == null) {
          continue;
        }
        weights.put(
            region,
            new RegionWeights(
                pair.number("directness", 0, Double.MAX_VALUE).orElse(0.0),
                pair.number("formality", 0, Double.MAX_VALUE).orElse(0.0)));
        refuseUnknown("regional_weights." + region, pair);
      }
    }
    return weights;
  }

  private static List<PersonalData> masking(@Nullable JsonNode node) {
    return texts("masking", node).stream().map(SettingsForm::kind).distinct().toList();
  }

  private static PersonalData kind(String word) {
    return Stream.of(PersonalData.values())
        .filter(kind -> kind.name().equalsIgnoreCase(word))
        .findFirst()
        .orElseThrow(
            () ->
                new PoisonException(
                    INVALID_FIELD,
                    "masking names a kind that there is not: expected some of %s"
                        .formatted(
                            Stream.of(PersonalData.values())
                                .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", ")))));
  }

  private static List<String> texts(String name, @Nullable JsonNode node) {
    List<String> texts = new ArrayList<>();
    if (node != null) {
      if (!node.isArray()) {
        throw Fields.wrongType(name, node, "an array of strings");
      }
      for (JsonNode element : node) {
        if (!element.isTextual()) {
          throw Fields.wrongType(name + "[" + texts.size() + "]", element, "a string");
        }
        texts.add(element.asText());
      }
    }
    return texts;
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
