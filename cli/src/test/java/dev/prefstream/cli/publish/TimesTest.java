package dev.prefstream.cli.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimesTest {

  @ParameterizedTest
  @CsvSource({
    "2026-05-04T10:15:30Z, 2026-05-04T10:15:30Z",
    "2026-05-04T10:15:30.123456Z, 2026-05-04T10:15:30.123Z",
    "2026-05-04T10:15Z, 2026-05-04T10:15:00Z",
    "2026-05-04T12:15:30+02:00, 2026-05-04T10:15:30Z",
    "2026-05-04T12:15:30.000+0200, 2026-05-04T10:15:30Z",
    "2026-05-04 10:15:30, 2026-05-04T10:15:30Z",
    "2026-05-04T10:15:30, 2026-05-04T10:15:30Z",
    "2026-05-04, 2026-05-04T00:00:00Z",
    "1777889730, 2026-05-04T10:15:30Z",
    "1777889730123, 2026-05-04T10:15:30.123Z"
  })
  void readsTexts(String text, Instant time) {
    assertThat(Times.ofText(text)).isEqualTo(time);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1970-01-01T00:00:00Z",
    "1777889730.5, 2026-05-04T10:15:30.500Z",
    "1777889730500, 2026-05-04T10:15:30.500Z",
    "-1, 1969-12-31T23:59:59Z"
  })
  void readsNumbers(BigDecimal number, Instant time) {
    assertThat(Times.ofNumber(number)).isEqualTo(time);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "now",
        "2026-13-01",
        "2026-05-04T25:00:00Z",
        "2026-05-04T10:15:30 UTC",
        "4.5.26"
      })
  void refusesOthers(String text) {
    assertThatThrownBy(() -> Times.ofText(text)).isInstanceOf(DateTimeException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e30", "1e15", "-1e15"})
  void refusesTimesOutsideTheYears1To9999(BigDecimal number) {
    assertThatThrownBy(() -> Times.ofNumber(number))
        .isInstanceOf(DateTimeException.class)
        .hasMessage("outside the years 1 to 9999");
  }
}
