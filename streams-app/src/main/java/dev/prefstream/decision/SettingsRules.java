package dev.prefstream.decision;

import dev.prefstream.schemas.avro.PreferenceSettings;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether a tenant's settings may be put in force. The same for who publishes them, for the stage
 * that takes them, and for who only tries them.
 */
public final class SettingsRules {

  private static final int MOST_TERMS = 2_000;
  private static final int LONGEST_TERM = 256;

  private SettingsRules() {}

  /** What is wrong with them, each as what was found and what was expected; empty where nothing. */
  public static List<String> problems(PreferenceSettings settings) {
    List<String> problems = new ArrayList<>(PolicyWords.preferences(settings).problems());
    addTermProblems(settings.getKnownTerms(), problems);
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
