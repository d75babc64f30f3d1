package dev.prefstream.drift.detect;

/**
 * Some successive embeddings.
 *
 * @param time highest event time until its last one, in milliseconds
 * @param features mean of their features, {@link MeanDiscrepancy#FEATURES} of them; not to be
 *     changed
 */
@SuppressWarnings("ArrayRecordComponent") // Not compared; made, packed and dropped.
public record EmbeddingChunk(long time, float[] features) {

  /** The hour it counts in, from the epoch: that of its end. */
  long hour() {
    return HourlyVolume.hour(time);
  }
}
