package dev.prefstream.scorer.remote;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** The header {@code Retry-After}: seconds, or a date (RFC 9110, 10.2.3). Pure but for the date. */
final class RetryAfter {

  /** A server that asks for more is asked once more all the same. */
  private static final Duration MOST = Duration.ofMinutes(1);

  private RetryAfter() {}

  /** Zero where the server says nothing, or nothing sensible. */
  static Duration of(HttpHeaders headers) {
    return headers
        .firstValue("Retry-After")
        .map(text -> parse(text.strip(), Instant.now()))
        .orElse(Duration.ZERO);
  }

  static Duration parse(String text, Instant now) {
    Duration asked;
    try {
      asked =
          text.matches("\\d{1,9}")
              ? Duration.ofSeconds(Long.parseLong(text))
              : Duration.between(
                  now, ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException e) {
      return Duration.ZERO;
    }
    return asked.isNegative() ? Duration.ZERO : asked.compareTo(MOST) > 0 ? MOST : asked;
  }
}
