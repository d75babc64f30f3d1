package dev.prefstream.cli.publish;

import dev.prefstream.cli.CommandFailure;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.runtime.failure.FailureKind;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;

/**
 * One file on its way: sends lines and commits them, many to a transaction and never half a line.
 * For one thread.
 */
final class Publication {

  /** So that a slow rate does not delay a stop. */
  private static final long LONGEST_PARK = Duration.ofMillis(100).toNanos();

  private final Producer<byte[], byte[]> producer;
  private final EarlierRuns earlier;
  private final Pace pace;
  private final long commitNanos;
  private final LongSupplier nanos;
  private final BooleanSupplier stop;
  private final Consumer<PublishCounts> progress;

  private boolean open;
  private long openedAt;
  private long lines;
  private long empty;
  private long skipped;
  private long published;
  private long deadLettered;

  Publication(
      Producer<byte[], byte[]> producer,
      EarlierRuns earlier,
      Pace pace,
      Duration commitInterval,
      LongSupplier nanos,
      BooleanSupplier stop,
      Consumer<PublishCounts> progress) {
    this.producer = producer;
    this.earlier = earlier;
    this.pace = pace;
    this.commitNanos = commitInterval.toNanos();
    this.nanos = nanos;
    this.stop = stop;
    this.progress = progress;
  }

  /**
   * Blocks until every line is committed. Closes the producer when it fails.
   *
   * @throws IOException when a line cannot be read; those before it are committed
   * @throws CommandFailure when asked to stop; the lines sent so far are committed
   */
  PublishCounts run(LineReader reader, Function<Line, LineRecords.Sendable> records)
      throws IOException {
    try {
      while (step(reader, records)) {
        if (stop.getAsBoolean()) {
          commit();
          throw new CommandFailure(
              ExitCode.FAILED,
              "stopped after line %d: run again with --resume to publish the rest"
                  .formatted(lines));
        }
      }
      commit();
      return counts();
    } catch (IOException e) {
      commit();
      throw e;
    } catch (RuntimeException e) {
      giveUp(e);
      throw e;
    }
  }

  /**
   * Ends the transaction, so that readers need not wait for its timeout, and closes without waiting
   * for what can no longer be sent.
   */
  private void giveUp(RuntimeException failure) {
    if (open && FailureKind.of(failure) != FailureKind.TRANSIENT) {
      try {
        producer.abortTransaction();
      } catch (KafkaException e) {
        failure.addSuppressed(e);
      }
    }
    producer.close(Duration.ZERO);
  }

  /** One line; false at the end. */
  private boolean step(LineReader reader, Function<Line, LineRecords.Sendable> records)
      throws IOException {
    if (open && (nanos.getAsLong() - openedAt >= commitNanos || !reader.ready())) {
      commit();
    }
    Line line = reader.next();
    if (line == null) {
      return false;
    }
    if (earlier.lines().get(Math.toIntExact(line.number()))) {
      skipped++;
    } else {
      awaitTurn();
      send(records.apply(line));
    }
    lines++;
    return true;
  }

  private void awaitTurn() {
    for (long wait = pace.untilNext(); wait > 0; wait = pace.untilNext()) {
      if (stop.getAsBoolean()) {
        return;
      }
      long untilCommit = open ? commitNanos - (nanos.getAsLong() - openedAt) : Long.MAX_VALUE;
      if (untilCommit <= 0) {
        commit();
      } else {
        LockSupport.parkNanos(Math.min(LONGEST_PARK, Math.min(wait, untilCommit)));
      }
    }
  }

  private void send(LineRecords.Sendable sendable) {
    if (sendable.records().isEmpty()) {
      empty++;
      return;
    }
    if (!open) {
      producer.beginTransaction();
      open = true;
      openedAt = nanos.getAsLong();
    }
    // A failed send fails the commit, so nobody needs to look at the single results.
    sendable.records().forEach(producer::send);
    published += sendable.published();
    deadLettered += sendable.records().size() - sendable.published();
  }

  private void commit() {
    if (open) {
      producer.commitTransaction();
      open = false;
    }
    progress.accept(counts());
  }

  private PublishCounts counts() {
    return new PublishCounts(
        lines,
        empty,
        skipped,
        published,
        deadLettered,
        earlier.published(),
        earlier.deadLettered());
  }
}
