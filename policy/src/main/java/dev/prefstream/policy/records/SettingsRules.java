package dev.prefstream.policy.records;

import dev.prefstream.policy.Policy;
import dev.prefstream.schemas.avro.PreferenceSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/**
 * Whether a tenant's settings may be put in force. The same for who publishes them, for the stage
 * that takes them, and for who only tries them.
 */
public final class SettingsRules {

  /** Stands for every tenant without settings of its own. */
  public static final String FOR_ALL_TENANTS = "default";

  /** What holds where no settings are in force. To be read only. */
  public static final PreferenceSettings BUILT_IN =
      PreferenceSettings.newBuilder()
          .setTenantId(FOR_ALL_TENANTS)
          .setStrictnessLevel(Policy.DEFAULT_STRICTNESS)
          .setUpdatedAt(Instant.EPOCH)
          .build();

  private static final int MOST_TERMS = 2_000;
  private static final int LONGEST_TERM = 256;
  private static final int LONGEST_NAME = 256;

  private SettingsRules() {}

  /** What is wrong with them, each as what was found and what was expected; empty where nothing. */
  public static List<String> problems(PreferenceSettings settings) {
    List<String> problems = new ArrayList<>(PolicyWords.preferences(settings).problems());
    addTermProblems(settings.getKnownTerms(), problems);
    // Every request and score carries these two.
    if (!settings.getMasking().isEmpty()
        && EnumSet.copyOf(settings.getMasking()).size() < settings.getMasking().size()) {
      problems.add("masking names a kind twice, expected each once at most");
    }
    String by = settings.getUpdatedBy();
    if (by != null && by.length() > LONGEST_NAME) {
      problems.add(
          "updated_by has %d characters, expected %d at most".formatted(by.length(), LONGEST_NAME));
    }
    return problems;
  }

  private static void addTermProblems(List<String> terms, List<String> problems) {
    if (terms.size() > MOST_TERMS) {
      problems.add(
          "known_terms has %d entries, expected %d at most".formatted(terms.size(), MOST_TERMS));
    }
    for (String term : terms) {
      if (term.isBlank() || term.length() > LONGEST_TERM) {
        problems.add(
            "known_terms has an entry of %d characters, expected 1 to %d, not blank"
                .formatted(term.length(), LONGEST_TERM));
        return;
      }
    }
  }
}
