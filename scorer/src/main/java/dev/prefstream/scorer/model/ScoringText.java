package dev.prefstream.scorer.model;

import org.jspecify.annotations.Nullable;

/**
 * What a model reads, after the bundle's template.
 *
 * @param pair second text of a pair; null for a single text
 */
public record ScoringText(String text, @Nullable String pair) {

  public static ScoringText of(String text) {
    return new ScoringText(text, null);
  }
}
