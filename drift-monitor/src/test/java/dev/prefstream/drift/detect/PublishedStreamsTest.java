package dev.prefstream.drift.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.DoublePredicate;
import org.junit.jupiter.api.Test;

/**
 * The detectors alarm where river's documentation (0.21) says its own do, on the stream its
 * examples make with Python's {@code random.Random(12345)}: 1,000 of {0, 1}, then 1,000 of {4, 5,
 * 6, 7}.
 */
class PublishedStreamsTest {

  private static final double[] STREAM = stream();

  @Test
  void adwinCutsAt1023() {
    Adwin adwin = new Adwin(Adwin.Params.DEFAULT);

    assertThat(firstAlarm(adwin::add)).isEqualTo(1023);
  }

  @Test
  void pageHinkleyAlarmsAt1006() {
    PageHinkley.State[] state = {PageHinkley.State.NEW};

    assertThat(
            firstAlarm(
                x -> {
                  state[0] = state[0].plus(x, PageHinkley.Params.DEFAULT);
                  return state[0].alarm(PageHinkley.Params.DEFAULT);
                }))
        .isEqualTo(1006);
  }

  /** River's example draws its samples with another generator, so the index may differ a little. */
  @Test
  void kswinAlarmsNear1016() {
    Kswin kswin = new Kswin(new Kswin.Params(0.0001, 100, 30, 42));

    assertThat(firstAlarm(kswin::add)).isBetween(1013, 1019);
  }

  private static int firstAlarm(DoublePredicate detector) {
    for (int i = 0; i < STREAM.length; i++) {
      if (detector.test(STREAM[i])) {
        return i;
      }
    }
    return -1;
  }

  private static double[] stream() {
    try (var in = PublishedStreamsTest.class.getResourceAsStream("/streams/choices-12345.txt")) {
      if (in == null) {
        throw new IllegalStateException("streams/choices-12345.txt is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .chars()
          .filter(Character::isDigit)
          .mapToDouble(c -> c - '0')
          .toArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
