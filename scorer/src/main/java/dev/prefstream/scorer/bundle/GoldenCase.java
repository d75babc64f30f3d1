package dev.prefstream.scorer.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.prefstream.scorer.model.ScoringText;
import org.jspecify.annotations.Nullable;

/**
 * A text with what it must give.
 *
 * @param text as it reaches the tokenizer, after the template
 * @param ids empty for a model that reads text
 */
public record GoldenCase(
    @JsonProperty(value = "text", required = true) String text,
    @JsonProperty("pair") @Nullable String pair,
    @JsonProperty(value = "ids", required = true) long[] ids,
    @JsonProperty(value = "logit", required = true) double logit) {

  public ScoringText source() {
    return new ScoringText(text, pair);
  }
}
