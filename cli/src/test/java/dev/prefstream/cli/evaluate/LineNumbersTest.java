package dev.prefstream.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class LineNumbersTest {

  @Test
  void tellsNeighboursAsRanges() {
    LineNumbers lines = new LineNumbers();
    for (long line : new long[] {12, 3, 5, 4, 7, 6, 14, 4}) {
      lines.add(line);
    }

    assertThat(lines).hasToString("lines 3-7, 12, 14");
    assertThat(lines.size()).isEqualTo(7);

    LineNumbers one = new LineNumbers();
    one.add(12);

    assertThat(one).hasToString("line 12");
  }

  @Property
  void holdsWhatWasAddedInOrder(@ForAll List<@LongRange(min = 1, max = 40) Long> added) {
    LineNumbers lines = new LineNumbers();
    TreeSet<Long> expected = new TreeSet<>();
    for (long line : added) {
      lines.add(line);
      expected.add(line);
    }

    assertThat(lines.stream().boxed()).containsExactlyElementsOf(expected);
    assertThat(lines.size()).isEqualTo(expected.size());
  }
}
