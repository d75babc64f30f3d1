package dev.prefstream.cli.publish;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.TemporalAccessor;

/** Times as source systems write them. All methods throw {@link DateTimeException}. */
final class Times {

  static final String EXPECTED =
      "expected ISO 8601 such as 2026-05-04T10:15:30Z, or seconds or milliseconds since 1970";

  /** Numbers below are seconds (until the year 5138), others milliseconds (from March 1973). */
  private static final BigDecimal LEAST_MILLIS = BigDecimal.valueOf(100_000_000_000L);

  private static final Instant LEAST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant GREATEST = Instant.parse("9999-12-31T23:59:59.999Z");

  /** Date, optional time after T or a space, optional offset with or without a colon. */
  private static final DateTimeFormatter ISO =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendPattern("['T'][' ']")
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .optionalStart()
          .appendOffsetId()
          .optionalEnd()
          .optionalStart()
          .appendOffset("+HHMM", "Z")
          .optionalEnd()
          .optionalEnd()
          .toFormatter(java.util.Locale.ROOT);

  private Times() {}

  /** Without an offset the time is taken as UTC, without a time as midnight. */
  static Instant ofText(String text) {
    String stripped = text.strip();
    if (!stripped.isEmpty() && stripped.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return ofNumber(new BigDecimal(stripped));
    }
    TemporalAccessor found =
        ISO.parseBest(stripped, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
    if (found instanceof OffsetDateTime time) {
      return within(time.toInstant());
    } else if (found instanceof LocalDateTime time) {
      return within(time.toInstant(ZoneOffset.UTC));
    }
    return within(LocalDate.from(found).atStartOfDay().toInstant(ZoneOffset.UTC));
  }

  static Instant ofNumber(BigDecimal number) {
    if (number.precision() - number.scale() > 18) {
      throw new DateTimeException("outside the years 1 to 9999");
    }
    boolean millis = number.abs().compareTo(LEAST_MILLIS) >= 0;
    BigDecimal inMillis = millis ? number : number.movePointRight(3);
    return within(Instant.ofEpochMilli(inMillis.longValue()));
  }

  private static Instant within(Instant time) {
    if (time.isBefore(LEAST) || time.isAfter(GREATEST)) {
      throw new DateTimeException("outside the years 1 to 9999");
    }
    // The topics carry milliseconds.
    return Instant.ofEpochMilli(time.toEpochMilli());
  }
}
