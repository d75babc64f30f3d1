package dev.prefstream.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTest {

  @Test
  void takesTheMiddleValueWhateverTheOrder() {
    assertThat(Summary.of(List.of(9.0, 1.0, 4.0))).isEqualTo(new Summary(4, 1, 9, 3));
  }

  @Test
  void takesTheMeanOfTheTwoMiddleValuesOfAnEvenNumber() {
    assertThat(Summary.of(List.of(4.0, 1.0, 2.0, 9.0))).isEqualTo(new Summary(3, 1, 9, 4));
  }

  @Test
  void refusesNothingAndWhatIsNoNumber() {
    assertThatThrownBy(() -> Summary.of(List.of())).hasMessageContaining("no values");
    assertThatThrownBy(() -> Summary.of(List.of(1.0, Double.NaN))).hasMessageContaining("NaN");
  }
}
