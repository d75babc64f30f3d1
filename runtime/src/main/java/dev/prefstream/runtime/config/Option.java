package dev.prefstream.runtime.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One configuration key, defined once: its type, default, allowed values and meaning. {@code
 * docs/configuration.md} is generated from these.
 *
 * @param key key in lower case, words joined by dots and hyphens
 * @param type type in words, for people
 * @param defaultText default as a user would write it; null when a value must be given
 * @param allowed allowed values in words; empty when every value of the type is allowed
 * @param doc one sentence: what it does and what raising or lowering it costs
 * @param parser text to value; throws {@link IllegalArgumentException} with what was expected
 * @param <T> type of the value
 */
public record Option<T>(
    String key,
    String type,
    @Nullable String defaultText,
    String allowed,
    String doc,
    Function<String, T> parser) {

  /** What names of environment variables begin with. */
  static final String ENVIRONMENT_PREFIX = "PREFSTREAM_";

  /** A whole number in [{@code min}, {@code max}]. */
  public static Option<Integer> integer(String key, int byDefault, int min, int max, String doc) {
    return new Option<>(
        key,
        "integer",
        Integer.toString(byDefault),
        range(min, max, Integer.MAX_VALUE),
        doc,
        text ->
            within(
                Values.number(text, Integer::valueOf, "a whole number"),
                min,
                max,
                Integer.MAX_VALUE));
  }

  /** A decimal number in [{@code min}, {@code max}]. */
  public static Option<Double> decimal(
      String key, double byDefault, double min, double max, String doc) {
    return new Option<>(
        key,
        "decimal",
        Double.toString(byDefault),
        range(min, max, Double.MAX_VALUE),
        doc,
        text -> {
          double value = Values.number(text, Double::valueOf, "a decimal number");
          if (Double.isNaN(value)) {
            throw new IllegalArgumentException("must be a number");
          }
          return within(value, min, max, Double.MAX_VALUE);
        });
  }

  /** A span of time in [{@code min}, {@code max}], written as 5ms, 2s, 10m, 1h, 7d. */
  public static Option<Duration> duration(
      String key, String byDefault, String min, String max, String doc) {
    Duration low = Values.duration(min);
    Duration high = Values.duration(max);
    return new Option<>(
        key,
        "duration",
        byDefault,
        min + " to " + max,
        doc,
        text -> {
          Duration value = Values.duration(text);
          if (value.compareTo(low) < 0 || value.compareTo(high) > 0) {
            throw new IllegalArgumentException("must be between " + min + " and " + max);
          }
          return value;
        });
  }

  /** An amount of bytes in [{@code min}, {@code max}], written as 512, 64KiB, 16MiB, 2GiB. */
  public static Option<Long> bytes(
      String key, String byDefault, String min, String max, String doc) {
    long low = Values.bytes(min);
    long high = Values.bytes(max);
    return new Option<>(
        key,
        "bytes",
        byDefault,
        min + " to " + max,
        doc,
        text -> {
          long value = Values.bytes(text);
          if (value < low || value > high) {
            throw new IllegalArgumentException("must be between " + min + " and " + max);
          }
          return value;
        });
  }

  /** Text that is not blank. */
  public static Option<String> text(String key, @Nullable String byDefault, String doc) {
    return new Option<>(
        key,
        "text",
        byDefault,
        "",
        doc,
        text -> {
          if (text.isBlank()) {
            throw new IllegalArgumentException("must not be blank");
          }
          return text.strip();
        });
  }

  /** Text that may be empty. */
  public static Option<String> optionalText(String key, String byDefault, String doc) {
    return new Option<>(key, "text", byDefault, "may be empty", doc, String::strip);
  }

  /** Comma-separated texts, at least one. */
  public static Option<List<String>> list(String key, String byDefault, String doc) {
    return new Option<>(
        key,
        "list",
        byDefault,
        "",
        doc,
        text -> {
          List<String> values =
              Arrays.stream(text.split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList();
          if (values.isEmpty()) {
            throw new IllegalArgumentException("must name at least one");
          }
          return values;
        });
  }

  /** {@code true} or {@code false}. */
  public static Option<Boolean> flag(String key, boolean byDefault, String doc) {
    return new Option<>(
        key,
        "true or false",
        Boolean.toString(byDefault),
        "",
        doc,
        text ->
            switch (text.strip()) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException("must be true or false");
            });
  }

  /** One of an enumeration's constants, written in lower case with hyphens. */
  public static <E extends Enum<E>> Option<E> choice(
      String key, Class<E> type, E byDefault, String doc) {
    List<E> constants = List.of(type.getEnumConstants());
    String words = constants.stream().map(Option::word).collect(Collectors.joining(", "));
    return new Option<>(
        key,
        "choice",
        word(byDefault),
        words,
        doc,
        text ->
            constants.stream()
                .filter(constant -> word(constant).equals(text.strip()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("must be one of " + words)));
  }

  /** Name of the environment variable that sets this option. */
  public String environmentVariable() {
    return ENVIRONMENT_PREFIX + key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static <N extends Number & Comparable<N>> String range(N min, N max, N unbounded) {
    return max.equals(unbounded) ? "at least " + min : min + " to " + max;
  }

  private static <N extends Number & Comparable<N>> N within(N value, N min, N max, N unbounded) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          max.equals(unbounded)
              ? "must be at least " + min
              : "must be between " + min + " and " + max);
    }
    return value;
  }
}
