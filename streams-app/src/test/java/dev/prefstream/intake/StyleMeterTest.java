package dev.prefstream.intake;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StyleMeterTest {

  @Test
  void countsCodePoints() {
    assertThat(StyleMeter.measure("😀é").getLength()).isEqualTo(2);
  }

  @Test
  void seesACodeFenceAtTheStartOfALineOnly() {
    assertThat(StyleMeter.measure("Try:\n```\nls\n```").getCodeFence()).isTrue();
    assertThat(StyleMeter.measure("Try:\n   ~~~ sh\nls\n   ~~~").getCodeFence()).isTrue();
    assertThat(StyleMeter.measure("Try ```ls```.").getCodeFence()).isFalse();
    assertThat(StyleMeter.measure("    ```").getCodeFence()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "# Steps\nopen it",
        "- one\n- two",
        "1. one\n2. two",
        "see [the log](https://example.com/log)",
        "it is **urgent** now",
        "run `ls -l` first",
        "| a | b |\n| --- | --- |\n| 1 | 2 |"
      })
  void seesMarkdown(String text) {
    assertThat(StyleMeter.measure(text).getMarkdown()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "- a dash begins this line",
        "2 * 3 ** 4",
        "#1 in the queue",
        "a [note] (here)",
        "```\nls\n```"
      })
  void takesProseAndFencesForNoMarkdown(String text) {
    assertThat(StyleMeter.measure(text).getMarkdown()).isFalse();
  }

  @Test
  void givesOneHalfWithoutEvidence() {
    assertThat(StyleMeter.measure("Drukarka płonie").getFormality()).isEqualTo(0.5);
    assertThat(StyleMeter.measure("Drukarka płonie").getDirectness()).isEqualTo(0.5);
  }

  @Test
  void tellsFormalFromInformal() {
    double formal = StyleMeter.measure("Dear team, would you kindly help. Regards").getFormality();
    double informal = StyleMeter.measure("hey guys, pls help, thx, it doesn't work").getFormality();

    assertThat(formal).isEqualTo(5.0 / 6);
    assertThat(informal).isEqualTo(1.0 / 7);
  }

  @Test
  void tellsDirectFromHedging() {
    assertThat(StyleMeter.measure("Restart it now.").getDirectness()).isGreaterThan(0.5);
    assertThat(StyleMeter.measure("Perhaps it might help.").getDirectness()).isLessThan(0.5);
  }
}
