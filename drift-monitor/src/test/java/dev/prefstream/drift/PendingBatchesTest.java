package dev.prefstream.drift;

import static dev.prefstream.drift.DriftDriver.MODEL_A;
import static dev.prefstream.drift.DriftDriver.MODEL_B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.prefstream.drift.detect.RandomFrequencies;
import dev.prefstream.drift.detect.Sketch;
import dev.prefstream.schemas.avro.ModelRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PendingBatchesTest {

  private final KeyValueStore<String, byte[]> store;
  private final List<Tuple> sent = new ArrayList<>();
  private final PendingBatches batches;

  PendingBatchesTest(@TempDir Path dir) {
    store = TestStores.inMemory(dir, Serdes.String(), Serdes.ByteArray());
    batches = batches();
  }

  private PendingBatches batches() {
    return new PendingBatches(
        store,
        Duration.ofMillis(100),
        (segment, batch) ->
            sent.add(tuple(segment, batch.model().getVersion(), batch.observations().size())));
  }

  private static Batch one(ModelRef model) {
    return new Batch(model, 0, "", List.of(new Observation("", "a/US/en", 1, 0, 10, 10, null)));
  }

  @Test
  void aFullBatchGoesOnAtOnce() {
    for (int i = 1; i < Batch.MOST; i++) {
      batches.add("a", one(MODEL_A), 0);
    }
    assertThat(sent).isEmpty();
    assertThat(Batch.unpacked(store.get("a")).observations()).hasSize(Batch.MOST - 1);

    batches.add("a", one(MODEL_A), 0);

    assertThat(sent).containsExactly(tuple("a", "1.0.0", Batch.MOST));
    assertThat(store.get("a")).isNull();
  }

  @Test
  void aBatchWithSketchesIsFullWhenItHasBytesEnough() {
    Observation observation =
        new Observation(
            "", "a/US/en", 1, 0, 10, 10, new Sketch(8, new float[RandomFrequencies.COUNT]));
    for (int i = 0; i < Batch.MOST && sent.isEmpty(); i++) {
      batches.add("a", new Batch(MODEL_A, 0, "", List.of(observation)), 0);
    }

    assertThat(sent).singleElement().extracting(s -> s.toList().get(2)).isEqualTo(29);
    assertThat(store.get("a")).isNull();
  }

  @Test
  void aBatchGoesOnWhenTheModelChanges() {
    batches.add("a", one(MODEL_A), 0);
    batches.add("a", one(MODEL_A), 0);
    batches.add("b", one(MODEL_A), 0);

    batches.add("a", one(MODEL_B), 0);

    assertThat(sent).containsExactly(tuple("a", "1.0.0", 2));
    assertThat(Batch.unpacked(store.get("a")).model()).isEqualTo(MODEL_B);
  }

  @Test
  void aBatchGoesOnWhenItsFirstPredictionHasWaitedLongEnough() {
    batches.add("a", one(MODEL_A), 10);
    batches.add("a", one(MODEL_A), 60);
    batches.add("b", one(MODEL_A), 60);

    batches.sendDue(109);
    assertThat(sent).isEmpty();
    batches.sendDue(110);
    assertThat(sent).containsExactly(tuple("a", "1.0.0", 2));
    batches.sendDue(160);
    assertThat(sent).containsExactly(tuple("a", "1.0.0", 2), tuple("b", "1.0.0", 1));
    batches.sendDue(1000);
    assertThat(sent).hasSize(2);
  }

  @Test
  void whatWaitedWhenATaskEndedWaitsAnewInTheNext() {
    batches.add("a", one(MODEL_A), 10);
    batches.add("b", one(MODEL_A), 10);

    PendingBatches next = batches();
    next.add("a", one(MODEL_A), 200);
    next.sendDue(299);
    assertThat(sent).isEmpty();
    next.sendDue(300);

    assertThat(sent).containsExactly(tuple("a", "1.0.0", 2), tuple("b", "1.0.0", 1));
  }
}
