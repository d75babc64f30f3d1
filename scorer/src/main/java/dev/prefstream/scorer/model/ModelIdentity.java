package dev.prefstream.scorer.model;

import dev.prefstream.schemas.avro.ModelRef;

/**
 * The exact model behind a score.
 *
 * @param hash SHA-256 of {@code bundle.json} in lower-case hex
 */
public record ModelIdentity(String id, String version, String hash, Task task) {

  /** As it stands on a score. */
  public ModelRef ref() {
    return new ModelRef(id, version, hash);
  }

  @Override
  public String toString() {
    return id + " " + version + " (" + hash.substring(0, Math.min(12, hash.length())) + ")";
  }
}
