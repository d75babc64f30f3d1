package dev.prefstream.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.schemas.avro.TextStyle;
import java.util.Random;
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

  @Test
  void agreesWithThePatterns() {
    String[] pieces = {
      "dear", "Hey", "MUST", "maybe", "would", "don't", "N’T", "'", "’", "é", "😀", "𝒜", "\uD835",
      "x", "#", "##", "-", "- ", "*", "**", "+ ", "1. ", "12) ", "|", ":-", "---", "--- |", "[",
      "](", ")", "]", "`", "``", "```", "~~~", " ", "  ", "   ", "    ", "\n", "\r\n", "\r",
      "\u2028", "\n\n", "\t", "ſ", "K"
    };
    Random random = new Random(5);
    int marked = 0;
    int fenced = 0;
    for (int i = 0; i < 60_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int left = random.nextInt(24); left > 0; left--) {
        text.append(pieces[random.nextInt(pieces.length)]);
      }
      TextStyle expected = StyleByPatterns.measure(text.toString());
      assertThat(StyleMeter.measure(text.toString())).as(text.toString()).isEqualTo(expected);
      marked += expected.getMarkdown() ? 1 : 0;
      fenced += expected.getCodeFence() ? 1 : 0;
    }
    assertThat(marked).isBetween(3_000, 57_000);
    assertThat(fenced).isGreaterThan(600);
  }

  @Test
  void readsAsFarIntoALongTextAsThePatternsDo() {
    for (String tail : new String[] {"dear", "didn't", "`a`", "**b**", "# h", "𝒜", "- a\n- b"}) {
      for (int before = 16_384 - 8; before <= 16_384; before++) {
        String text = " ".repeat(before - 1) + "\n" + tail + tail;
        assertThat(StyleMeter.measure(text))
            .as("%s after %d", tail, before)
            .isEqualTo(StyleByPatterns.measure(text));
      }
    }
  }
}
