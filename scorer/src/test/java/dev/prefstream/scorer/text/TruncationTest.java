package dev.prefstream.scorer.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TruncationTest {

  @Test
  void keepsWhatFits() {
    assertThat(new Truncation(8, 0.75).keep(single(6))).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void keepsHeadAndTailOfASingleTextAndItsSpecialTokens() {
    int[] kept = new Truncation(256, 0.75).keep(single(1_000));

    assertThat(kept).hasSize(256).startsWith(0, 1, 2).endsWith(999, 1_000, 1_001);
    assertThat(Arrays.stream(kept).filter(i -> i >= 1 && i <= 191)).hasSize(191);
    assertThat(Arrays.stream(kept).filter(i -> i > 1_000 - 63 && i <= 1_000)).hasSize(63);
  }

  @Test
  void keepsTheHeadOnlyWithShareOne() {
    assertThat(new Truncation(6, 1).keep(single(10))).containsExactly(0, 1, 2, 3, 4, 11);
  }

  @Test
  void cutsThePairToHalfOfTheRoomAndGivesTheTextTheRest() {
    int[] kept = new Truncation(256, 0.25).keep(pair(500, 500));

    assertThat(Arrays.stream(kept).filter(i -> i > 0 && i <= 500)).hasSize(127);
    assertThat(Arrays.stream(kept).filter(i -> i > 501 && i <= 1_001)).hasSize(126);
  }

  @Test
  void aShortPairGivesItsRoomToTheText() {
    int[] kept = new Truncation(256, 0.25).keep(pair(500, 3));

    assertThat(kept).hasSize(256).endsWith(502, 503, 504, 505);
  }

  @Test
  void aShortTextDoesNotGiveItsRoomToThePair() {
    assertThat(new Truncation(256, 0.25).keep(pair(1, 500))).hasSize(3 + 1 + 126);
  }

  @Property
  void keepsRisingIndicesAllSpecialTokensAndNoMoreThanMaxLength(
      @ForAll @IntRange(min = 4, max = 64) int maxLength,
      @ForAll @IntRange(min = 1, max = 100) int headPercent,
      @ForAll @IntRange(min = 0, max = 200) int text,
      @ForAll @IntRange(min = 0, max = 200) int pair) {
    long[] sequences = pair(text, pair);
    int[] kept = new Truncation(maxLength, headPercent / 100.0).keep(sequences);

    assertThat(kept.length).isLessThanOrEqualTo(Math.max(maxLength, 3));
    assertThat(kept).isSorted().doesNotHaveDuplicates();
    assertThat(Arrays.stream(kept).filter(i -> sequences[i] == -1)).hasSize(3);
  }

  @Test
  void refusesWhatCannotWork() {
    assertThatThrownBy(() -> new Truncation(3, 0.5)).hasMessageContaining("max_length = 3");
    assertThatThrownBy(() -> new Truncation(8, 0)).hasMessageContaining("head_share = 0.0");
  }

  private static long[] single(int ids) {
    long[] sequences = new long[ids + 2];
    sequences[0] = -1;
    sequences[ids + 1] = -1;
    return sequences;
  }

  private static long[] pair(int text, int pair) {
    long[] sequences = new long[text + pair + 3];
    Arrays.fill(sequences, text + 2, text + pair + 2, 1);
    sequences[0] = -1;
    sequences[text + 1] = -1;
    sequences[text + pair + 2] = -1;
    return sequences;
  }
}
