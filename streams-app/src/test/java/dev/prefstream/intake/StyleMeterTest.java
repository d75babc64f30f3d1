package dev.prefstream.intake;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

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
