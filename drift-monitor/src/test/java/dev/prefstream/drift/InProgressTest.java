package dev.prefstream.drift;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.prefstream.drift.detect.Learning;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InProgressTest {

  /** Keeps the parts it was told to do. */
  private static final class Recorded implements Learning {
    final List<Double> parts = new ArrayList<>();

    @Override
    public void advance(double part) {
      parts.add(part);
    }
  }

  private final InProgress<Recorded> inProgress = new InProgress<>();

  @Test
  void doesAnEqualPartWithEachStepAndIsThroughAtTheLast() {
    for (int step = 0; step < 10; step++) {
      assertThat(inProgress.at("a", 100, step, 10, Recorded::new)).isNull();
    }

    Recorded through = requireNonNull(inProgress.at("a", 100, 10, 10, Recorded::new));

    assertThat(through.parts).hasSize(10);
    for (int step = 0; step < 10; step++) {
      assertThat(through.parts.get(step)).isCloseTo(step / 10.0, within(1e-9));
    }
  }

  @Test
  void whatARestartLostIsSpreadOverTheStepsThatAreLeft() {
    inProgress.at("a", 100, 6, 10, Recorded::new);
    inProgress.at("a", 100, 7, 10, Recorded::new);

    Recorded through = requireNonNull(inProgress.at("a", 100, 10, 10, Recorded::new));

    assertThat(through.parts).containsExactly(0.0, 0.25);
  }

  @Test
  void anotherReferenceBeginsAnew() {
    inProgress.at("a", 100, 0, 10, Recorded::new);

    assertThat(requireNonNull(inProgress.at("a", 200, 10, 10, Recorded::new)).parts).isEmpty();
    inProgress.at("b", 100, 5, 10, Recorded::new);
    inProgress.forget("b");
    assertThat(requireNonNull(inProgress.at("b", 100, 10, 10, Recorded::new)).parts).isEmpty();
  }

  @Test
  void ofManyTheRestWaitForOneThatIsThrough() {
    int[] begun = new int[1];
    for (int i = 0; i <= InProgress.AT_ONCE; i++) {
      inProgress.at(
          "segment " + i,
          100,
          0,
          10,
          () -> {
            begun[0]++;
            return new Recorded();
          });
    }
    assertThat(begun[0]).isEqualTo(InProgress.AT_ONCE);

    assertThat(inProgress.at("segment 0", 100, 10, 10, Recorded::new)).isNotNull();
    inProgress.at("segment " + InProgress.AT_ONCE, 100, 5, 10, Recorded::new);
    Recorded last =
        requireNonNull(inProgress.at("segment " + InProgress.AT_ONCE, 100, 10, 10, Recorded::new));
    assertThat(last.parts).containsExactly(0.0);
  }
}
