package dev.prefstream.oversight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.prefstream.schemas.avro.Share;
import org.junit.jupiter.api.Test;

/**
 * The first case is from R. G. Newcombe (1998), "Two-sided confidence intervals for the single
 * proportion", Statistics in Medicine 17, table I, method 3.
 */
class WilsonTest {

  @Test
  void agreesWithAPublishedInterval() {
    Share share = Wilson.share(81, 263);

    assertThat(share.getLow()).isCloseTo(0.2553, within(0.0001));
    assertThat(share.getHigh()).isCloseTo(0.3662, within(0.0001));
  }

  @Test
  void reachesTheEndsWithNoneOrAll() {
    assertThat(Wilson.share(0, 20).getLow()).isZero();
    assertThat(Wilson.share(0, 20).getHigh()).isCloseTo(0.1611, within(0.0001));
    assertThat(Wilson.share(20, 20).getHigh()).isEqualTo(1);
    assertThat(Wilson.share(20, 20).getLow()).isCloseTo(0.8389, within(0.0001));
  }

  @Test
  void knowsNothingWithoutTrials() {
    Share share = Wilson.share(0, 0);

    assertThat(share.getValue()).isNaN();
    assertThat(share.getLow()).isZero();
    assertThat(share.getHigh()).isEqualTo(1);
  }
}
