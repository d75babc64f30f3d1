package dev.prefstream.cli.detect;

import static java.util.Objects.requireNonNull;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.prefstream.cli.CommandFailure;
import dev.prefstream.cli.CsvText;
import dev.prefstream.cli.ExitCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One column of a CSV file with a header (RFC 4180; comma, semicolon or tab, whichever the header
 * has most of). An empty line is a row without a number in a file of one column; it is none at the
 * end of the file, and where rows have more fields.
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
    try {
      char separator = separator(file);
      try (CsvReader<CsvRecord> records = reader(separator, file)) {
        return read(records.iterator(), file, name);
      }
    } catch (CsvParseException e) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "%s is no CSV beyond some row: %s; quote fields that hold separators, quotes or line ends, and end each quote"
              .formatted(file, e.getMessage()),
          e);
    } catch (IOException e) {
      throw unreadable(file, e);
    } catch (UncheckedIOException e) {
      throw unreadable(file, requireNonNull(e.getCause()));
    }
  }

  private static CommandFailure unreadable(Path file, IOException e) {
    return e instanceof MalformedInputException
        ? new CommandFailure(
            ExitCode.USAGE, "%s is not UTF-8 text, expected a CSV file".formatted(file), e)
        : new CommandFailure(
            ExitCode.FAILED, "%s cannot be read: %s".formatted(file, e.getMessage()), e);
  }

  private static CsvReader<CsvRecord> reader(char separator, Path file) throws IOException {
    // Strict, unlike the library's own way to open a file: what is no UTF-8 is refused.
    return builder(separator).ofCsvRecord(CsvText.strict(Files.newInputStream(file)));
  }

  private static CsvReader.CsvReaderBuilder builder(char separator) {
    return CsvReader.builder()
        .fieldSeparator(separator)
        .skipEmptyLines(false)
        // It would take all further rows in.
        .allowUnclosedQuote(false)
        .allowMissingFields(true)
        .allowExtraFields(true);
  }

  private static CsvColumn read(Iterator<CsvRecord> records, Path file, String name) {
    List<String> columns = records.next().getFields().stream().map(String::strip).toList();
    int column = columns.indexOf(name);
    if (column < 0) {
      throw refused("%s has no column %s, expected one of %s".formatted(file, name, columns));
    }
    if (Collections.frequency(columns, name) > 1) {
      throw refused(
          "%s has the column %s twice, expected each name once: rename or drop one of them"
              .formatted(file, name));
    }
    double[] values = new double[1024];
    int rows = 0;
    int gaps = 0;
    int emptyLines = 0;
    int texts = 0;
    int firstText = -1;
    while (records.hasNext()) {
      CsvRecord record = records.next();
      if (record.getFieldCount() == 1 && record.getField(0).isEmpty()) {
        emptyLines += columns.size() == 1 ? 1 : 0;
        continue;
      }
      // They were rows, since another follows.
      for (; emptyLines > 0; emptyLines--, gaps++) {
        values = with(values, rows++, Double.NaN);
      }
      String field = column < record.getFieldCount() ? record.getField(column).strip() : "";
      double value = number(field);
      if (Double.isNaN(value)) {
        if (NO_NUMBER.contains(field.toLowerCase(Locale.ROOT))) {
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
  private static double number(String field) {
    if (!DECIMAL.matcher(field).matches()) {
      return Double.NaN;
    }
    double value = Double.parseDouble(field);
    return Double.isInfinite(value) ? Double.NaN : value;
  }

  private static char separator(Path file) throws IOException {
    String header;
    try (InputStream in = Files.newInputStream(file);
        BufferedReader lines = CsvText.strict(in)) {
      header = lines.readLine();
    }
    if (header == null || header.isBlank()) {
      throw refused("%s is empty, expected a header and rows".formatted(file));
    }
    char best = ',';
    for (char candidate : new char[] {';', '\t'}) {
      if (fields(header, candidate) > fields(header, best)) {
        best = candidate;
      }
    }
    return best;
  }

  private static int fields(String header, char separator) {
    // The first line alone: a name in quotes may go on in the next.
    return builder(separator)
        .allowUnclosedQuote(true)
        .allowExtraCharsAfterClosingQuote(true)
        .ofSingleCsvRecord(header)
        .getFieldCount();
  }

  private static CommandFailure refused(String message) {
    return new CommandFailure(ExitCode.USAGE, message);
  }
}
