package dev.prefstream.scorer.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.runtime.failure.PoisonReason;
import dev.prefstream.scorer.Requests;
import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.model.FakeModel;
import dev.prefstream.scorer.model.ModelException;
import dev.prefstream.scorer.model.ModelSession;
import dev.prefstream.scorer.model.ScoringText;
import dev.prefstream.scorer.model.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchRunnerTest implements BatchRunner.Listener {

  private final Map<Long, Double> scored = new TreeMap<>();
  private final Map<Long, PoisonReason> poisoned = new TreeMap<>();
  private final List<Long> tooLarge = new ArrayList<>();
  private int waits;

  @Test
  void scoresABatchInOneCall() throws InterruptedException {
    AtomicInteger calls = new AtomicInteger();
    run(8, batch -> calls.incrementAndGet());

    assertThat(scored).hasSize(8);
    assertThat(calls).hasValue(1);
  }

  @Test
  void findsThePoisonRowAndScoresItsNeighbours() throws InterruptedException {
    AtomicInteger calls = new AtomicInteger();
    run(
        64,
        batch -> {
          calls.incrementAndGet();
          if (batch.stream().anyMatch(text -> text.ids().length == 38)) {
            throw new IllegalStateException("cannot");
          }
        });

    assertThat(poisoned).isEqualTo(Map.of(37L, PoisonReason.MODEL_REFUSED));
    assertThat(scored).hasSize(63);
    assertThat(calls.get()).as("halving, not one by one").isLessThanOrEqualTo(1 + 2 * 6);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void deadLettersTheRowWithoutANumberOnly(double noNumber) throws InterruptedException {
    ServedModel served = new ServedModel(FakeModel.of(Task.TICKET_URGENCY));
    ModelSession session =
        new ModelSession() {
          @Override
          public double[] logits(List<EncodedText> batch, int paddedLength) {
            // One bad row spoils the whole batch, as an overflow in a shared sum would.
            boolean bad = batch.stream().anyMatch(text -> text.ids().length == 4);
            return batch.stream().mapToDouble(text -> bad ? noNumber : 1).toArray();
          }

          @Override
          public void close() {
            // Holds nothing.
          }
        };
    new BatchRunner(session, served, Time.system(), this).run(rows(served, 8));

    assertThat(poisoned).isEqualTo(Map.of(3L, PoisonReason.NOT_A_NUMBER));
    assertThat(scored).hasSize(7);
  }

  @Test
  void halvesWhatIsTooLargeForTheDevice() throws InterruptedException {
    run(
        16,
        batch -> {
          if (batch.size() > 4) {
            throw new ModelException(ModelException.Kind.OUT_OF_MEMORY, "too much");
          }
        });

    assertThat(scored).hasSize(16);
    assertThat(poisoned).isEmpty();
    assertThat(tooLarge).isNotEmpty();
    assertThat(waits).isZero();
  }

  @Test
  void waitsForADeviceThatIsAwayAndLosesNothing() throws InterruptedException {
    AtomicInteger left = new AtomicInteger(3);
    run(
        4,
        batch -> {
          if (left.getAndDecrement() > 0) {
            throw new ModelException(ModelException.Kind.UNAVAILABLE, "away");
          }
        });

    assertThat(scored).hasSize(4);
    assertThat(waits).isEqualTo(3);
  }

  @Test
  void leavesOutRowsThatNobodyWaitsFor() throws InterruptedException {
    ServedModel served = new ServedModel(FakeModel.of(Task.TICKET_URGENCY));
    List<Row> rows = rows(served, 4);
    rows.get(2).drop();
    served.retire();

    new BatchRunner(served.model().openSession(), served, Time.system(), this).run(rows);

    assertThat(scored).containsOnlyKeys(0L, 1L, 3L);
    assertThat(served.unused()).as("three rows still need it").isFalse();
  }

  private void run(int size, Consumer<List<EncodedText>> before) throws InterruptedException {
    ServedModel served = new ServedModel(new FakeModel(Task.TICKET_URGENCY, "1.0.0", before));
    new BatchRunner(served.model().openSession(), served, Time.system(), this)
        .run(rows(served, size));
    assertThat(scored.size() + poisoned.size()).isEqualTo(size);
  }

  /** Rows of 1, 2, 3, ... words; the offset is the number of the row. */
  private static List<Row> rows(ServedModel served, int size) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      Row row = new Row(new ConsumerRecord<>("t", 0, i, null, null), 0, 1);
      EncodedText text = served.model().encode(ScoringText.of("w1 ".repeat(i + 1)));
      served.retain();
      row.prepared(new Row.Prepared(Requests.ticket("t" + i, "s", "b"), served, text, 0));
      rows.add(row);
    }
    return rows;
  }

  @Override
  public void scored(
      List<Row> rows, ModelSession.Answer answer, int paddedLength, long begunNanos) {
    double[] logits = answer.logits();
    assertThat(Arrays.stream(logits)).allMatch(Double::isFinite);
    for (int i = 0; i < logits.length; i++) {
      assertThat(scored.put(rows.get(i).record.offset(), logits[i])).as("scored once").isNull();
    }
  }

  @Override
  public void poison(Row row, PoisonException failure) {
    assertThat(poisoned.put(row.record.offset(), failure.reason())).isNull();
  }

  @Override
  public void outOfMemory(long paddedTokens) {
    tooLarge.add(paddedTokens);
  }

  @Override
  public void unavailable(ModelException failure) {
    waits++;
  }

  @Override
  public void available() {
    // Nothing to note.
  }
}
