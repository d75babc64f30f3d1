package dev.prefstream.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownSegmentsTest {

  private final KeyValueStore<String, Long> store;

  KnownSegmentsTest(@TempDir Path dir) {
    store = TestStores.inMemory(dir, Serdes.String(), Serdes.Long());
  }

  /** Whether the last of so many predictions counts for its segment. */
  private static boolean observed(KnownSegments known, String segment, int predictions) {
    boolean observed = false;
    for (int i = 0; i < predictions; i++) {
      observed = known.observed(segment);
    }
    return observed;
  }

  @Test
  void aSegmentIsObservedFromItsLeastSizeOn() {
    KnownSegments known = new KnownSegments(store, 3, 10);
    known.observed("other");

    assertThat(observed(known, "a", 2)).isFalse();
    assertThat(known.observed("a")).isTrue();
    assertThat(known.observed("a")).isTrue();
  }

  @Test
  void theOnlySegmentIsTheWholeStream() {
    KnownSegments known = new KnownSegments(store, 3, 10);

    assertThat(observed(known, "a", 9)).isFalse();
    known.observed("b");

    assertThat(known.observed("a")).isTrue();
  }

  @Test
  void noMoreAreObservedThanTheCapSays() {
    KnownSegments known = new KnownSegments(store, 2, 2);

    observed(known, "a", 2);
    assertThat(observed(known, "b", 2)).isTrue();
    assertThat(observed(known, "c", 9)).isFalse();
    assertThat(known.observed("a")).isTrue();
  }

  @Test
  void noMoreAreCountedThanFourForEachThatMayBeObserved() {
    KnownSegments known = new KnownSegments(store, 3, 1);
    for (int i = 0; i < KnownSegments.CANDIDATES; i++) {
      known.observed("t" + i);
    }

    assertThat(observed(known, "late", 9)).isFalse();
    assertThat(store.get("late")).isNull();
    assertThat(observed(known, "t0", 2)).isTrue();
  }

  @Test
  void aForgottenSegmentMakesRoomForAnother() {
    KnownSegments known = new KnownSegments(store, 2, 1);
    observed(known, "a", 2);
    assertThat(observed(known, "b", 5)).isFalse();

    known.forget("a");

    assertThat(known.observed("b")).isTrue();
    assertThat(store.get("a")).isNull();
  }

  @Test
  void whatIsLeftAfterOthersWereForgottenIsStillAPart() {
    KnownSegments known = new KnownSegments(store, 2, 5);
    observed(known, "a", 2);
    observed(known, "b", 2);

    known.forget("a");
    known.forget("never seen");

    assertThat(known.observed("b")).isTrue();
  }

  @Test
  void goesOnWhereAnotherStopped() {
    observed(new KnownSegments(store, 3, 10), "a", 2);
    new KnownSegments(store, 3, 10).observed("b");

    assertThat(new KnownSegments(store, 3, 10).observed("a")).isTrue();
  }
}
