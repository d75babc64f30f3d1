package dev.prefstream.cli.detect;

import dev.prefstream.cli.CommandFailure;
import dev.prefstream.cli.ExitCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One column of a CSV file with a header (RFC 4180; comma, semicolon or tab, whichever the header
 * has most of). A quoted field may not hold a line break. An empty line is a row without a number
 * in a file of one column; it is none at the end of the file, and where rows have more fields.
 *
 * @param values a number for each row, NaN where there is none
 * @param gaps rows that are empty, too short, or say that there is no number
 * @param texts rows with something else that is no finite number
 * @param firstText the first of these rows, from 0; -1 for none
 */
record CsvColumn(double[] values, int gaps, int texts, int firstText) {

  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(?:\\d+\\.?\\d*+|\\.\\d++)(?:[eE][+-]?\\d++)?");

  private static final Set<String> NO_NUMBER =
      Set.of("", "na", "n/a", "nan", "null", "none", "?", "-");

  /**
   * Reads it.
   *
   * @throws CommandFailure when there is no such file or column, or no number in it
   */
  static CsvColumn read(Path file, String name) {
    if (!Files.isRegularFile(file)) {
      throw refused("%s: no such file, expected a CSV file with a header".formatted(file));
    }
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      String header = lines.readLine();
      if (header == null || header.isBlank()) {
        throw refused("%s is empty, expected a header and rows".formatted(file));
      }
      header = header.startsWith("\uFEFF") ? header.substring(1) : header;
      char separator = separator(header);
      List<String> columns = fields(header, separator).stream().map(String::strip).toList();
      int column = columns.indexOf(name);
      if (column < 0) {
        throw refused("%s has no column %s, expected one of %s".formatted(file, name, columns));
      }
      return read(lines, column, separator, columns.size() == 1, file, name);
    } catch (MalformedInputException e) {
      throw new CommandFailure(
          ExitCode.USAGE, "%s is not UTF-8 text, expected a CSV file".formatted(file), e);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILED, "%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static CsvColumn read(
      BufferedReader lines, int column, char separator, boolean oneColumn, Path file, String name)
      throws IOException {
    double[] values = new double[1024];
    int rows = 0;
    int gaps = 0;
    int emptyLines = 0;
    int texts = 0;
    int firstText = -1;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.isEmpty()) {
        emptyLines += oneColumn ? 1 : 0;
        continue;
      }
      // They were rows, since another follows.
      for (; emptyLines > 0; emptyLines--, gaps++) {
        values = with(values, rows++, Double.NaN);
      }
      String field = field(line, separator, column);
      double value = number(field);
      if (Double.isNaN(value)) {
        if (field == null || NO_NUMBER.contains(field.strip().toLowerCase(Locale.ROOT))) {
          gaps++;
        } else if (texts++ == 0) {
          firstText = rows;
        }
      }
      values = with(values, rows++, value);
    }
    if (gaps + texts == rows) {
      throw refused(
          rows == 0
              ? "%s has a header and no rows".formatted(file)
              : "%s: column %s has no number in %d rows, expected a column of numbers"
                  .formatted(file, name, rows));
    }
    return new CsvColumn(Arrays.copyOf(values, rows), gaps, texts, firstText);
  }

  /** With a row's value, in a longer array where this one is full. */
  private static double[] with(double[] values, int row, double value) {
    double[] more = row == values.length ? Arrays.copyOf(values, 2 * row) : values;
    more[row] = value;
    return more;
  }

  /** The number that a field says; NaN for none. */
  private static double number(@Nullable String field) {
    if (field == null) {
      return Double.NaN;
    }
    String stripped = field.strip();
    if (!DECIMAL.matcher(stripped).matches()) {
      return Double.NaN;
    }
    double value = Double.parseDouble(stripped);
    return Double.isInfinite(value) ? Double.NaN : value;
  }

  private static char separator(String header) {
    char best = ',';
    for (char candidate : new char[] {';', '\t'}) {
      if (fields(header, candidate).size() > fields(header, best).size()) {
        best = candidate;
      }
    }
    return best;
  }

  private static @Nullable String field(String line, char separator, int column) {
    if (line.indexOf('"') >= 0) {
      List<String> fields = fields(line, separator);
      return column < fields.size() ? fields.get(column) : null;
    }
    int from = 0;
    for (int i = 0; i < column; i++) {
      from = line.indexOf(separator, from) + 1;
      if (from == 0) {
        return null;
      }
    }
    int to = line.indexOf(separator, from);
    return line.substring(from, to < 0 ? line.length() : to);
  }

  private static List<String> fields(String line, char separator) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        if (quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
          field.append(c);
          i++;
        } else {
          quoted = !quoted;
        }
      } else if (c == separator && !quoted) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    fields.add(field.toString());
    return fields;
  }

  private static CommandFailure refused(String message) {
    return new CommandFailure(ExitCode.USAGE, message);
  }
}
