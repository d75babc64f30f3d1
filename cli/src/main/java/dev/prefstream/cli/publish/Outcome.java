package dev.prefstream.cli.publish;

import dev.prefstream.runtime.failure.PoisonException;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a line, or of one element of it: a record, or a refusal. Exactly one of {@code
 * value} and {@code refusal} is there.
 *
 * @param key key of the record; of a refusal the ticket or tenant it is about, if that could be
 *     told
 * @param original what was refused, when it is only a part of the line
 */
record Outcome<V>(
    @Nullable String key,
    @Nullable V value,
    @Nullable PoisonException refusal,
    byte @Nullable [] original) {

  static <V> Outcome<V> accepted(String key, V value) {
    return new Outcome<>(key, value, null, null);
  }

  static <V> Outcome<V> refused(
      @Nullable String key, PoisonException refusal, byte @Nullable [] original) {
    return new Outcome<>(key, null, refusal, original);
  }
}
