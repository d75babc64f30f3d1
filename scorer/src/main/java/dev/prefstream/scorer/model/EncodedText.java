package dev.prefstream.scorer.model;

import org.jspecify.annotations.Nullable;

/**
 * A text as the device takes it. The arrays are owned by this object and not to be changed.
 *
 * @param ids token ids, special tokens counted, no padding; empty for a model that reads text
 * @param segments 0 for ids of the text and 1 for those of its pair; null when all are 0
 * @param originalTokens tokens of the whole text before truncation
 * @param cost tokens that stand for its cost on the device, at least 1: the ids, or an estimate for
 *     a model that reads text
 * @param source the text itself, for a model that reads text; null otherwise
 */
public record EncodedText(
    long[] ids,
    long @Nullable [] segments,
    int originalTokens,
    int cost,
    @Nullable ScoringText source) {

  private static final long[] NO_IDS = {};

  /** Ids for a device. */
  public static EncodedText ofIds(long[] ids, long @Nullable [] segments, int originalTokens) {
    return new EncodedText(ids, segments, originalTokens, Math.max(1, ids.length), null);
  }

  /** A text that the model reads as it is; a token is taken for four characters of it. */
  public static EncodedText ofSource(ScoringText source) {
    int characters = source.text().length() + (source.pair() == null ? 0 : source.pair().length());
    return new EncodedText(NO_IDS, null, 0, Math.max(1, characters / 4), source);
  }

  /** Whether text was left out because it was longer than the model takes. */
  public boolean truncated() {
    return ids.length < originalTokens;
  }
}
