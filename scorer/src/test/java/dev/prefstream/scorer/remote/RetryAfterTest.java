package dev.prefstream.scorer.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RetryAfterTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void readsSecondsAndDatesAndKeepsThemSensible() {
    assertThat(RetryAfter.parse("12", NOW)).isEqualTo(Duration.ofSeconds(12));
    assertThat(RetryAfter.parse("Thu, 01 Jan 2026 00:00:30 GMT", NOW))
        .isEqualTo(Duration.ofSeconds(30));
    assertThat(RetryAfter.parse("Thu, 01 Jan 2015 00:00:30 GMT", NOW)).isZero();
    assertThat(RetryAfter.parse("86400", NOW)).isEqualTo(Duration.ofMinutes(1));
    assertThat(RetryAfter.parse("soon", NOW)).isZero();
    assertThat(RetryAfter.parse("-3", NOW)).isZero();
  }
}
