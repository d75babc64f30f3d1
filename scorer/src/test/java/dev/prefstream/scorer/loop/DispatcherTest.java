package dev.prefstream.scorer.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.prefstream.scorer.Requests;
import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.model.FakeModel;
import dev.prefstream.scorer.model.Task;
import dev.prefstream.scorer.pack.Batch;
import dev.prefstream.scorer.pack.Packing;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** When a worker gets a batch. The wait for company is an hour, so that it never ends by itself. */
class DispatcherTest {

  private static final Packing PACKING =
      new Packing(64, 8, Duration.ofHours(1).toNanos(), 16, 4, 4);

  private final ServedModel served = new ServedModel(FakeModel.of(Task.TICKET_URGENCY));
  private int offset;

  @Test
  void anIdleDeviceTakesARowAtOnce() throws InterruptedException {
    Dispatcher dispatcher = new Dispatcher(PACKING, true, Time.system());
    Row row = add(dispatcher, 3);

    assertThat(dispatcher.take().rows()).containsExactly(row);
    dispatcher.done();
    Row next = add(dispatcher, 3);
    assertThat(dispatcher.take().rows()).containsExactly(next);
  }

  @Test
  void aBusyDeviceWaitsForCompanyUntilABatchIsFullOrItIsIdleAgain() throws Exception {
    Dispatcher dispatcher = new Dispatcher(PACKING, true, Time.system());
    add(dispatcher, 3);
    dispatcher.take();
    Row alone = add(dispatcher, 3);
    FutureTask<Batch<Row>> waits = taken(dispatcher);
    for (int i = 1; i < PACKING.maxRows(); i++) {
      add(dispatcher, 3);
    }

    assertThat(get(waits).rows()).as("full").hasSize(PACKING.maxRows()).contains(alone);
    Row last = add(dispatcher, 3);
    FutureTask<Batch<Row>> waitsAgain = taken(dispatcher);
    dispatcher.done();
    dispatcher.done();
    assertThat(get(waitsAgain).rows()).as("idle again").containsExactly(last);
  }

  @Test
  void sessionsWithCoresOfTheirOwnDoNotWaitForEachOther() throws InterruptedException {
    Dispatcher dispatcher = new Dispatcher(PACKING, false, Time.system());
    add(dispatcher, 3);
    dispatcher.take();
    Row next = add(dispatcher, 3);

    assertThat(dispatcher.take().rows()).containsExactly(next);
  }

  @Test
  void aDeviceWithTooLittleMemoryGetsNoBatchAsLargeAgain() throws InterruptedException {
    Dispatcher dispatcher = new Dispatcher(PACKING, true, Time.system());
    assertThat(dispatcher.shrinkBudget(48)).isEqualTo(24);
    assertThat(dispatcher.shrinkBudget(1_000)).as("of a batch from before").isEqualTo(12);
    for (int i = 0; i < 6; i++) {
      add(dispatcher, 4);
    }

    assertThat(dispatcher.take().paddedTokens()).isLessThanOrEqualTo(12);
    for (int i = 0; i < 10; i++) {
      dispatcher.shrinkBudget(1);
    }
    assertThat(dispatcher.tokenBudget()).isEqualTo(1);
  }

  @Test
  void rowsThatNobodyWaitsForLeaveTheQueueAndTheirModel() {
    Dispatcher dispatcher = new Dispatcher(PACKING, true, Time.system());
    Row dropped = add(dispatcher, 3);
    Row kept = add(dispatcher, 5);
    served.retire();
    dropped.drop();

    dispatcher.removeDropped();

    assertThat(dispatcher.queuedTokens()).isEqualTo(5);
    assertThat(served.unused()).isFalse();
    kept.drop();
    dispatcher.removeDropped();
    assertThat(dispatcher.queuedTokens()).isZero();
    assertThat(served.unused()).isTrue();
  }

  @Test
  void rowsAtThePreparersCountAsQueued() {
    Dispatcher dispatcher = new Dispatcher(PACKING, true, Time.system());
    Row row = row(3);
    dispatcher.expect(row);
    assertThat(dispatcher.queuedTokens()).isEqualTo(row.estimatedTokens);

    dispatcher.add(row);
    dispatcher.arrived(row);
    assertThat(dispatcher.queuedTokens()).isEqualTo(3);
  }

  /** A worker that has come for a batch and waits. */
  private static FutureTask<Batch<Row>> taken(Dispatcher dispatcher) {
    FutureTask<Batch<Row>> taking = new FutureTask<>(dispatcher::take);
    Thread worker = new Thread(taking, "worker");
    worker.setDaemon(true);
    worker.start();
    await().until(() -> worker.getState() == Thread.State.TIMED_WAITING);
    assertThat(taking.isDone()).isFalse();
    return taking;
  }

  private static Batch<Row> get(FutureTask<Batch<Row>> taking) throws Exception {
    return taking.get(10, TimeUnit.SECONDS);
  }

  private Row add(Dispatcher dispatcher, int tokens) {
    Row row = row(tokens);
    dispatcher.add(row);
    return row;
  }

  private Row row(int tokens) {
    Row row = new Row(new ConsumerRecord<>("t", 0, offset++, null, null), 0, 7);
    served.retain();
    row.prepared(
        new Row.Prepared(
            Requests.ticket("t" + offset, "s", "b"),
            served,
            EncodedText.ofIds(new long[tokens], null, tokens),
            0));
    return row;
  }
}
