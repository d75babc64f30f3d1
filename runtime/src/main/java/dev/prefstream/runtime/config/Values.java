package dev.prefstream.runtime.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text to values with units. All methods throw {@link IllegalArgumentException} saying what was
 * expected.
 */
public final class Values {

  private static final Pattern AMOUNT =
      Pattern.compile("\\s*(\\d+(?:\\.\\d+)?)\\s*([A-Za-z]*)\\s*");

  private static final Map<String, Long> NANOS =
      Map.of(
          "us", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L,
          "d", 86_400_000_000_000L);

  private static final Map<String, Long> BYTES =
      Map.of("", 1L, "B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

  private Values() {}

  /** A span of time: a number and one of us, ms, s, m, h, d. */
  public static Duration duration(String text) {
    return Duration.ofNanos(
        amount(text, NANOS, "must be a duration such as 5ms, 2s, 10m, 1h or 7d"));
  }

  /** An amount of bytes: a number and nothing, B, KiB, MiB or GiB. */
  public static long bytes(String text) {
    return amount(text, BYTES, "must be an amount of bytes such as 512, 64KiB, 16MiB or 2GiB");
  }

  static <N> N number(String text, Function<String, N> parse, String expected) {
    try {
      return parse.apply(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("must be " + expected, e);
    }
  }

  private static long amount(String text, Map<String, Long> units, String expected) {
    Matcher matcher = AMOUNT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(expected);
    }
    Long unit = units.get(matcher.group(2));
    if (unit == null) {
      throw new IllegalArgumentException(expected);
    }
    try {
      return new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit)).longValueExact();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(expected, e);
    }
  }
}
