package dev.prefstream.oversight;

import java.time.DateTimeException;
import java.time.YearMonth;

/** A calendar month as requests name it, such as {@code 2026-03}. */
public final class CalendarMonth {

  private CalendarMonth() {}

  /**
   * The month of that name.
   *
   * @throws DateTimeException when it is none of the years 0000 to 9999: ISO 8601 has further ones,
   *     with a sign, which are beyond what timestamps hold
   */
  public static YearMonth parse(String name) {
    if (!name.matches("\\d{4}-\\d{2}")) {
      throw new DateTimeException("no year of four digits and month of two");
    }
    return YearMonth.parse(name);
  }
}
