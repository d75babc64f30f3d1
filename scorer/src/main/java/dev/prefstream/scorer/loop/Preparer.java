package dev.prefstream.scorer.loop;

import dev.prefstream.runtime.failure.FailureKind;
import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.runtime.failure.PoisonReason;
import dev.prefstream.schemas.avro.ScoreKind;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.model.Task;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Decodes, checks and tokenises rows, one after the other. Runs until it is interrupted. */
final class Preparer implements Runnable {

  private final BlockingQueue<Row> rows;
  private final Deserializer<ScoringRequest> deserializer;
  private final ServedModels models;
  private final Dispatcher dispatcher;
  private final DeadLetterBox deadLetters;
  private final StageHealth health;
  private final Time time;
  private final Runnable wake;

  /**
   * @param deserializer owned by this preparer
   * @param wake tells the loop that a row has ended
   */
  Preparer(
      BlockingQueue<Row> rows,
      Deserializer<ScoringRequest> deserializer,
      ServedModels models,
      Dispatcher dispatcher,
      DeadLetterBox deadLetters,
      StageHealth health,
      Time time,
      Runnable wake) {
    this.rows = rows;
    this.deserializer = deserializer;
    this.models = models;
    this.dispatcher = dispatcher;
    this.deadLetters = deadLetters;
    this.health = health;
    this.time = time;
    this.wake = wake;
  }

  @Override
  public void run() {
    try (deserializer) {
      while (true) {
        prepare(rows.take());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      health.fault(e);
      wake.run();
    }
  }

  private void prepare(Row row) throws InterruptedException {
    Backoff backoff = new Backoff();
    while (!row.dropped()) {
      try {
        ScoringRequest request = decode(row);
        requireKey(row, request);
        tokenise(row, request, acquire(request));
        dispatcher.add(row);
        break;
      } catch (RuntimeException e) {
        switch (FailureKind.of(e)) {
          case POISON -> {
            row.finish(deadLetters.of(row, e));
            wake.run();
            dispatcher.arrived(row);
            return;
          }
          case TRANSIENT -> {
            health.waiting("cannot decode requests: " + e.getMessage());
            Thread.sleep(backoff.nextMillis());
          }
          case BUG -> throw e;
        }
      }
    }
    health.goesOn();
    dispatcher.arrived(row);
  }

  private ScoringRequest decode(Row row) {
    byte @Nullable [] value = row.record.value();
    if (value == null) {
      throw new PoisonException(
          PoisonReason.UNDECODABLE, "found a record without a value, expected a ScoringRequest");
    }
    return deserializer.deserialize(row.record.topic(), value);
  }

  /** A ticket is routed under its id, which the stages after this one ask for as well. */
  private static void requireKey(Row row, ScoringRequest request) {
    if (request.getTicketId().isBlank()) {
      throw new PoisonException(
          PoisonReason.MISSING_ID, "ticket_id is blank, expected the id of the ticket");
    }
    byte @Nullable [] key = row.record.key();
    if (!Arrays.equals(request.getTicketId().getBytes(StandardCharsets.UTF_8), key)) {
      throw new PoisonException(
          PoisonReason.INVALID_FIELD,
          "the record's key %s, expected the ticket_id: publish requests with their ticket_id as key"
              .formatted(key == null ? "is missing" : "differs from ticket_id"));
    }
  }

  private void tokenise(Row row, ScoringRequest request, ServedModel served) {
    boolean kept = false;
    try {
      long begun = time.now();
      EncodedText text = served.model().encode(served.model().text(request));
      row.prepared(new Row.Prepared(request, served, text, time.now() - begun));
      kept = true;
    } finally {
      if (!kept) {
        served.release();
      }
    }
  }

  private ServedModel acquire(ScoringRequest request) {
    Task task = Task.of(request.getKind());
    boolean empty =
        request.getKind() == ScoreKind.TICKET
            ? request.getSubject().isBlank() && request.getBody().isBlank()
            : request.getResponseText() == null || request.getResponseText().isBlank();
    if (empty) {
      throw new PoisonException(
          PoisonReason.EMPTY_TEXT,
          request.getKind() == ScoreKind.TICKET
              ? "found neither subject nor body, expected one of them"
              : "found no response text, expected one");
    }
    return models
        .acquire(task)
        .orElseThrow(
            () ->
                new PoisonException(
                    PoisonReason.INVALID_FIELD,
                    "kind: found %s, but this scorer has no bundle for the task %s: add one to scorer.models"
                        .formatted(request.getKind(), task.word())));
  }
}
