package dev.prefstream.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefstream.drift.detect.ScoreUnits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkRingsTest {

  private static final String SEGMENT = "a/US/en";

  private final KeyValueStore<Bytes, byte[]> store;
  private final SplittableRandom random = new SplittableRandom(3);
  private final List<Long> scores = new ArrayList<>();
  private ChunkRings rings;
  private Running running = Running.begin(0, 0);

  ChunkRingsTest(@TempDir Path dir) {
    store = TestStores.inMemory(dir, Serdes.Bytes(), Serdes.ByteArray());
    rings = new ChunkRings(store);
  }

  /** Takes so many predictions; the time of each is its number. */
  private void take(int predictions, int ring) {
    for (int i = 0; i < predictions; i++) {
      long score = ScoreUnits.of(random.nextDouble());
      scores.add(score);
      running = running.plus("", score, running.observed() + 1, 0);
      if (running.hot().full()) {
        rings.seal(SEGMENT, running.hot(), running.observed(), ring);
        running = running.sealed();
      }
    }
  }

  /** Both as they are remembered and as they are in the store. */
  private void assertHoldsTheLatest(int ring) {
    assertHoldsTheLatest(rings, ring);
    assertHoldsTheLatest(new ChunkRings(store), ring);
  }

  private void assertHoldsTheLatest(ChunkRings read, int ring) {
    long oldest = Math.max(1, running.observed() - ring + 1);
    for (long number = oldest; number <= running.observed(); number++) {
      assertThat(read.score(SEGMENT, running, number, ring))
          .as("score of %d of %d", number, running.observed())
          .isEqualTo(scores.get((int) number - 1));
      assertThat(read.time(SEGMENT, running, number, ring)).isEqualTo(number);
    }
    assertThat(read.time(SEGMENT, running, 1, ring)).isEqualTo(oldest);
    assertThat(read.window(SEGMENT, running, running.observed(), ring, ring).times())
        .hasSize((int) Math.min(ring, running.observed()))
        .startsWith(oldest)
        .endsWith(running.observed());
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 25, 60, 100})
  void holdsTheLatestPredictionsWhereverChunksBegin(int ring) {
    for (int i = 0; i < 40; i++) {
      take(1 + random.nextInt(17), ring);
      assertHoldsTheLatest(ring);
    }
  }

  @Test
  void aSmallerRingHoldsTheLatestOfTheLarger() {
    for (int more : List.of(230, 5, 13)) {
      take(more, 200);
      rings.shrink(SEGMENT, running, 200, 60);
      assertHoldsTheLatest(60);
      take(170, 60);
      assertHoldsTheLatest(60);
      rings.forget(SEGMENT, 60);
      running = running.anew();
      scores.clear();
    }
  }

  @Test
  void aWindowMayEndBeforeTheNewest() {
    take(90, 100);

    assertThat(rings.window(SEGMENT, running, 40, 30, 100).times()).startsWith(11).endsWith(40);
    assertThat(rings.window(SEGMENT, running, 10, 30, 100).times()).hasSize(10);
    assertThat(rings.window(SEGMENT, running, 0, 30, 100).times()).isEmpty();
  }

  @Test
  void nothingIsLeftOfAForgottenRing() {
    take(500, 100);

    rings.forget(SEGMENT, 100);

    assertThat(store.all().hasNext()).isFalse();
    assertThatThrownBy(() -> rings.score(SEGMENT, running, 450, 100))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("segment a/US/en")
        .hasMessageContaining("rebuild from the changelog");
  }

  @Test
  void segmentsHaveRingsOfTheirOwn() {
    take(50, 100);
    Running first = running;
    List<Long> ofFirst = List.copyOf(scores);
    running = Running.begin(0, 0);
    for (int i = 0; i < 50; i++) {
      running = running.plus("", 7, i, 0);
      if (running.hot().full()) {
        rings.seal("b/US/en", running.hot(), running.observed(), 100);
        running = running.sealed();
      }
    }

    assertThat(rings.score(SEGMENT, first, 3, 100)).isEqualTo(ofFirst.get(2));
    assertThat(rings.score("b/US/en", running, 3, 100)).isEqualTo(7);
  }
}
