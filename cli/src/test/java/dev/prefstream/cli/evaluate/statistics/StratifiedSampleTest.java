package dev.prefstream.cli.evaluate.statistics;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class StratifiedSampleTest {

  private enum Kind {
    A,
    B,
    C
  }

  private static final Map<Kind, Double> SHARES = Map.of(Kind.A, 0.7, Kind.B, 0.2, Kind.C, 0.1);

  @Property(tries = 200)
  void holdsEachStratumInItsShareOrAllItHas(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 400) int rows,
      @ForAll @IntRange(min = 1, max = 200) int size) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Kind> of = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      of.add(Kind.values()[random.nextInt(3)]);
    }

    StratifiedSample<Kind> sample = StratifiedSample.draw(Kind.class, of, size, SHARES, seed);

    int all = 0;
    int wanted = 0;
    for (Kind kind : Kind.values()) {
      StratifiedSample.Taken taken = requireNonNull(sample.strata().get(kind));
      int held = 0;
      for (int i = 0; i < rows; i++) {
        held += of.get(i) == kind && sample.holds(i) ? 1 : 0;
      }
      double exact = size * requireNonNull(SHARES.get(kind));
      assertThat((double) taken.wanted()).isBetween(exact - 0.999_999, exact + 0.999_999);
      wanted += taken.wanted();
      assertThat(taken.available()).isEqualTo((int) of.stream().filter(kind::equals).count());
      assertThat(held)
          .isEqualTo(taken.taken())
          .isEqualTo(Math.min(taken.wanted(), taken.available()));
      all += held;
    }
    assertThat(wanted).isEqualTo(size);
    assertThat(sample.size()).isEqualTo(all);
  }

  @Test
  void asManyRowsAsWantedWhereStrataArePlentiful() {
    List<Kind> of = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      of.add(Kind.values()[i % 3]);
    }

    for (int size : new int[] {1, 2, 5, 15, 25, 99, 100}) {
      assertThat(StratifiedSample.draw(Kind.class, of, size, SHARES, 7).size()).isEqualTo(size);
    }
    Map<Kind, StratifiedSample.Taken> five =
        StratifiedSample.draw(Kind.class, of, 5, SHARES, 7).strata();
    assertThat(five.values()).extracting(StratifiedSample.Taken::taken).containsExactly(4, 1, 0);
  }

  @Test
  void strataWithoutAShareGetNoRow() {
    List<Kind> of = List.of(Kind.A, Kind.A, Kind.B, Kind.C);

    StratifiedSample<Kind> sample =
        StratifiedSample.draw(Kind.class, of, 3, Map.of(Kind.B, 0.5, Kind.C, 0.5), 7);

    assertThat(sample.strata().values())
        .extracting(StratifiedSample.Taken::wanted)
        .containsExactly(0, 2, 1);
  }

  @Test
  void everyRowHasTheSameChance() {
    List<Kind> of = java.util.Collections.nCopies(10, Kind.A);
    int[] times = new int[10];
    for (int seed = 0; seed < 5_000; seed++) {
      StratifiedSample<Kind> sample =
          StratifiedSample.draw(Kind.class, of, 3, Map.of(Kind.A, 1.0), seed);
      for (int i = 0; i < 10; i++) {
        times[i] += sample.holds(i) ? 1 : 0;
      }
    }

    // Expected 1,500 each, standard deviation 32.
    for (int count : times) {
      assertThat(count).isBetween(1_350, 1_650);
    }
  }
}
