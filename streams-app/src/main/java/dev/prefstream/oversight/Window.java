package dev.prefstream.oversight;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;

/**
 * A span of whole days in UTC.
 *
 * @param firstDay days since the epoch, inclusive
 * @param endDay days since the epoch, exclusive
 */
record Window(long firstDay, long endDay) {

  /** The one of the windows of that length, counted from the epoch, that holds the day. */
  static Window holding(long day, Duration length) {
    long days = length.toDays();
    long first = Math.floorDiv(day, days) * days;
    return new Window(first, first + days);
  }

  static Window of(YearMonth month) {
    return new Window(month.atDay(1).toEpochDay(), month.plusMonths(1).atDay(1).toEpochDay());
  }

  static long day(long timeMs) {
    return Math.floorDiv(timeMs, Duration.ofDays(1).toMillis());
  }

  static YearMonth month(long day) {
    return YearMonth.from(LocalDate.ofEpochDay(day));
  }

  Window before() {
    return new Window(2 * firstDay - endDay, firstDay);
  }

  Duration length() {
    return Duration.ofDays(endDay - firstDay);
  }

  boolean holds(long day) {
    return day >= firstDay && day < endDay;
  }

  Instant start() {
    return LocalDate.ofEpochDay(firstDay).atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  Instant end() {
    return LocalDate.ofEpochDay(endDay).atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
