package dev.prefstream.scorer.model;

import dev.prefstream.schemas.avro.ScoreKind;
import java.util.Arrays;
import java.util.Optional;

/** What a model judges. In the order of the priority lanes: tickets go before responses. */
public enum Task {
  /** How urgent a ticket is. */
  TICKET_URGENCY("ticket-urgency", ScoreKind.TICKET),
  /** How well a response serves a ticket. */
  RESPONSE_PREFERENCE("response-preference", ScoreKind.RESPONSE);

  private final String word;
  private final ScoreKind kind;

  Task(String word, ScoreKind kind) {
    this.word = word;
    this.kind = kind;
  }

  /** The word in {@code bundle.json} and on metrics. */
  public String word() {
    return word;
  }

  /** The kind of request this task answers. */
  public ScoreKind kind() {
    return kind;
  }

  public static Optional<Task> named(String word) {
    return Arrays.stream(values()).filter(task -> task.word.equals(word)).findFirst();
  }

  /** The task that answers requests of this kind. */
  public static Task of(ScoreKind kind) {
    return kind == ScoreKind.TICKET ? TICKET_URGENCY : RESPONSE_PREFERENCE;
  }
}
