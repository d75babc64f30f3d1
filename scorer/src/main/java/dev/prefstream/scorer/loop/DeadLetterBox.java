package dev.prefstream.scorer.loop;

import dev.prefstream.runtime.failure.DeadLetters;

/** Ends rows as dead letters. Safe for use by many threads. */
final class DeadLetterBox {

  private final DeadLetters letters;

  DeadLetterBox(DeadLetters letters) {
    this.letters = letters;
  }

  Outcome of(Row row, Throwable failure) {
    DeadLetters.Origin origin =
        new DeadLetters.Origin(
            row.record.topic(),
            row.record.partition(),
            row.record.offset(),
            row.record.timestamp(),
            row.record.headers(),
            row.record.key(),
            row.record.value());
    return Outcome.deadLetter(letters.of(origin, failure), DeadLetters.reason(failure));
  }
}
