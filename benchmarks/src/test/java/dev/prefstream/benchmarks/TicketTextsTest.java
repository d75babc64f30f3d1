package dev.prefstream.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TicketTextsTest {

  @Test
  void drawsLengthsWithTheMeanAndTailOfTheDesign() {
    Random random = new Random(3);

    int[] lengths = new int[200_000];
    Arrays.setAll(lengths, i -> TicketTexts.length(random));
    Arrays.sort(lengths);

    assertThat(Arrays.stream(lengths).average().orElseThrow()).isCloseTo(166, within(2.0));
    assertThat((double) lengths[(int) (lengths.length * 0.95)]).isCloseTo(423, within(8.0));
  }

  @Test
  void givesTheSameTextsForTheSameSeed() {
    assertThat(new TicketTexts(7, word -> 1).texts(50))
        .isEqualTo(new TicketTexts(7, word -> 1).texts(50))
        .isNotEqualTo(new TicketTexts(8, word -> 1).texts(50));
  }
}
