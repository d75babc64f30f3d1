package dev.prefstream.scorer.loop;

import static java.util.Objects.requireNonNull;

import dev.prefstream.runtime.failure.PoisonReason;
import dev.prefstream.runtime.service.Health;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that owns consumer and producer: takes records in, waits for their outcomes and
 * commits epochs of them. Any failure around a transaction ends in the same place: what is under
 * way is forgotten, a new producer takes over, and reading goes back to the committed offsets.
 */
final class ScoringLoop implements Runnable, ConsumerRebalanceListener {

  private static final Logger log = LoggerFactory.getLogger(ScoringLoop.class);
  private static final Duration IDLE_POLL = Duration.ofMillis(100);
  private static final long LOOK_AGAIN_NANOS = 1_000_000;
  private static final long PAUSED_LOOK_AGAIN_NANOS = 10_000_000;
  private static final long DRAIN_NANOS = Duration.ofSeconds(5).toNanos();
  private static final Duration CLOSE = Duration.ofSeconds(2);

  private final LoopParts parts;
  private final Consumer<byte[], byte[]> consumer;
  private final TransactionalOutput output;
  private final Positions positions;
  private final OffsetLedger<TopicPartition, Row> ledger = new OffsetLedger<>(Row::done);
  private final Backpressure backpressure = new Backpressure();
  private final QueueBudget queueBudget;
  private final Backoff backoff = new Backoff();
  private final FencingWatch fencings = new FencingWatch();
  private Breaker breaker;
  private long reopenAtNanos;
  private long commitBegunNanos;
  private long commitNanos;
  private boolean paused;
  private boolean pausedSinceCommit;
  private volatile boolean stopping;

  /**
   * What the loop works with.
   *
   * @param toPrepare where preparers take rows from
   * @param leastQueue tokens that may wait however slow the devices are
   * @param released whether the models are in service that were released before the start
   * @param scoredBefore whether committed scores stand on the topic
   */
  record LoopParts(
      String topic,
      BlockingQueue<Row> toPrepare,
      Dispatcher dispatcher,
      EpochPolicy policy,
      long leastQueue,
      BooleanSupplier released,
      BooleanSupplier scoredBefore,
      ScoringMeters meters,
      StageHealth health,
      Time time) {}

  ScoringLoop(
      LoopParts parts,
      Consumer<byte[], byte[]> consumer,
      TransactionalOutput output,
      Breaker breaker) {
    this.parts = parts;
    this.consumer = consumer;
    this.output = output;
    this.positions = new Positions(consumer, parts.topic(), parts.scoredBefore());
    this.queueBudget = new QueueBudget(parts.leastQueue());
    this.breaker = breaker;
  }

  /** Asks the loop to finish what is under way and end; from any thread. */
  void stop() {
    stopping = true;
    consumer.wakeup();
  }

  @Override
  public void run() {
    try {
      consumer.subscribe(Set.of(parts.topic()), this);
      while (!stopping) {
        step();
      }
      drain(consumer.assignment());
      parts.health().set(Health.stopped());
    } catch (WakeupException e) {
      drain(consumer.assignment());
      parts.health().set(Health.stopped());
    } catch (InterruptException e) {
      parts.health().set(Health.stopped());
    } catch (RuntimeException | Error e) {
      log.atError().setCause(e).log("scoring stops");
      parts.health().set(Health.failed(String.valueOf(e.getMessage())));
    } finally {
      output.close();
      closeConsumer();
    }
  }

  private void closeConsumer() {
    try {
      consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(CLOSE));
    } catch (RuntimeException e) {
      log.atWarn().setCause(e).log("the consumer did not close cleanly");
    }
  }

  private void step() {
    Throwable fault = parts.health().fault();
    if (fault != null) {
      throw new LoopFailure("a part of the scoring stage failed: " + fault, fault);
    }
    if (!output.isOpen() && parts.time().now() - reopenAtNanos >= 0) {
      reopen();
    }
    takeIn();
    commitWhenDue();
  }

  private void takeIn() {
    pauseOrResume();
    boolean nothingUnderWay = ledger.isEmpty() && output.isOpen();
    try {
      ConsumerRecords<byte[], byte[]> records = poll(nothingUnderWay ? IDLE_POLL : Duration.ZERO);
      positions.reached(records);
      records.forEach(this::accept);
      if (records.isEmpty() && !nothingUnderWay) {
        restUntilCommitIsDue(paused ? PAUSED_LOOK_AGAIN_NANOS : LOOK_AGAIN_NANOS);
      }
    } catch (FencedInstanceIdException e) {
      throw replaced(e);
    } catch (RetriableException e) {
      log.atWarn().addKeyValue("cause", e.toString()).log("cannot read now, trying again");
    }
  }

  /**
   * Without this the loop would take a core from the model while rows are under way. Workers wake
   * it when rows have ended: only to see whether that makes a commit due, for a poll costs more.
   */
  private void restUntilCommitIsDue(long atMostNanos) {
    long begun = parts.time().now();
    long left = atMostNanos;
    while (left > 0 && !stopping && parts.health().fault() == null && !commitDue()) {
      LockSupport.parkNanos(left);
      left = begun + atMostNanos - parts.time().now();
    }
  }

  private ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    try {
      return consumer.poll(timeout);
    } catch (NoOffsetForPartitionException e) {
      positions.begin(e);
      return ConsumerRecords.empty();
    } catch (OffsetOutOfRangeException e) {
      throw positions.outOfRange(e);
    }
  }

  private void accept(ConsumerRecord<byte[], byte[]> record) {
    int bytes = record.value() == null ? 0 : record.value().length;
    Row row = new Row(record, parts.time().now(), Row.estimate(bytes));
    ledger.add(new TopicPartition(record.topic(), record.partition()), record.offset(), row);
    parts.dispatcher().expect(row);
    parts.toPrepare().add(row);
  }

  private void pauseOrResume() {
    boolean accepts =
        output.isOpen()
            && parts.released().getAsBoolean()
            && backpressure.accepts(parts.dispatcher().queuedTokens(), queueBudget.tokens());
    if (!accepts) {
      // Also when paused already: a rebalance brings partitions that are not.
      consumer.pause(consumer.assignment());
    } else if (paused) {
      consumer.resume(consumer.assignment());
    }
    paused = !accepts;
    pausedSinceCommit |= paused;
  }

  private void commitWhenDue() {
    if (commitDue()) {
      commit();
    }
  }

  private boolean commitDue() {
    int ready = ledger.ready(parts.policy().maxRecords());
    long since = parts.time().now() - commitBegunNanos;
    return output.isOpen()
        && parts.policy().due(ready, ledger.size() - ready, since, commitNanos, pausedSinceCommit);
  }

  private static Map<PoisonReason, Long> poisonByReason(List<Outcome> outcomes) {
    return outcomes.stream()
        .filter(Outcome::countsForBreaker)
        .map(outcome -> requireNonNull(outcome.poison()))
        .collect(Collectors.groupingBy(reason -> reason, TreeMap::new, Collectors.counting()));
  }

  /** Commits an epoch of what is ready. On failure everything is forgotten, to be read again. */
  private void commit() {
    OffsetLedger.Epoch<TopicPartition, Row> epoch = ledger.epoch(parts.policy().maxRecords());
    List<Outcome> outcomes = epoch.rows().stream().map(Row::end).toList();
    Breaker after = breaker.after(outcomes.stream().map(Outcome::countsForBreaker).toList());
    if (after.open()) {
      throw new LoopFailure(
          "the breaker opened: %s, in this epoch %s. Nothing of the epoch was committed; dead-letters has earlier ones. Mend the model or the input, and start again"
              .formatted(after, poisonByReason(outcomes)));
    }
    ledger.remove(epoch);
    long begun = parts.time().now();
    long since = begun - commitBegunNanos;
    commitBegunNanos = begun;
    pausedSinceCommit = paused;
    try {
      output.commit(
          outcomes.stream().flatMap(outcome -> outcome.output().stream()).toList(),
          offsets(epoch),
          consumer.groupMetadata());
    } catch (KafkaException e) {
      lost(e);
      return;
    }
    commitNanos = parts.time().now() - commitBegunNanos;
    queueBudget.committed(
        epoch.rows().stream().mapToLong(row -> row.estimatedTokens).sum(), since, commitNanos);
    breaker = after;
    parts.meters().committed(epoch.rows(), outcomes);
  }

  private Map<TopicPartition, OffsetAndMetadata> offsets(
      OffsetLedger.Epoch<TopicPartition, Row> epoch) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    epoch
        .last()
        .forEach(
            (partition, row) ->
                offsets.put(
                    partition,
                    ledger.isEmpty(partition)
                        ? positions.afterAll(partition, row.record)
                        : positions.after(row.record)));
    return offsets;
  }

  /** A transaction failed, or nobody knows: go back to what is committed, with a new producer. */
  private void lost(KafkaException e) {
    if (LoopErrors.fatal(e)) {
      throw e;
    }
    if (LoopErrors.has(FencedInstanceIdException.class, e)) {
      throw replaced(e);
    }
    boolean fenced =
        e instanceof ProducerFencedException || e instanceof InvalidProducerEpochException;
    if (fenced && fencings.tooMany(parts.time().now())) {
      throw new LoopFailure(
          "fenced again and again: another scorer runs under the same instance.id; give each its own",
          e);
    }
    output.abandon();
    forget(ledger.clear());
    long wait = Math.max(backoff.nextMillis(), fenced ? fencings.waitMillis() : 0);
    reopenAtNanos = parts.time().now() + Duration.ofMillis(wait).toNanos();
    parts.meters().replayed();
    parts
        .health()
        .set(Health.waiting("a transaction failed (" + e.getMessage() + "), replaying it"));
    log.atWarn()
        .addKeyValue("cause", e.toString())
        .addKeyValue("waitMillis", wait)
        .log("transaction failed, replaying from the committed offsets");
  }

  private static LoopFailure replaced(KafkaException e) {
    return new LoopFailure(
        "another process joined under this one's instance.id and took its place: give each its own",
        e);
  }

  private void reopen() {
    try {
      output.open();
      positions.rewind();
      backoff.reset();
      parts.health().set(Health.ready());
    } catch (WakeupException | InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      lost(e);
    }
  }

  private void forget(List<Row> rows) {
    rows.forEach(Row::drop);
    parts.dispatcher().removeDropped();
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    log.atInfo().addKeyValue("partitions", partitions).log("partitions assigned");
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    log.atInfo().addKeyValue("partitions", partitions).log("partitions revoked");
    drain(partitions);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    log.atWarn().addKeyValue("partitions", partitions).log("partitions lost");
    leave(partitions);
  }

  /** Gives what is under way up to five seconds, commits what ended and forgets the rest. */
  private void drain(Collection<TopicPartition> partitions) {
    long begun = parts.time().now();
    while (output.isOpen()
        && !ledger.finished(partitions)
        && parts.health().fault() == null
        && parts.time().now() - begun < DRAIN_NANOS) {
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
    while (output.isOpen() && ledger.ready(1) > 0) {
      commit();
    }
    leave(partitions);
  }

  private void leave(Collection<TopicPartition> partitions) {
    forget(ledger.forget(partitions));
    positions.leave(partitions);
  }
}
