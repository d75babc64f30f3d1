package dev.prefstream.cli.evaluate;

import static dev.prefstream.runtime.failure.PoisonReason.INVALID_FIELD;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.prefstream.cli.CommandFailure;
import dev.prefstream.cli.CsvText;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.publish.Fields;
import dev.prefstream.cli.publish.Line;
import dev.prefstream.cli.publish.LineReader;
import dev.prefstream.cli.publish.Source;
import dev.prefstream.runtime.failure.PoisonException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Rows of a file: JSON objects one a line, or CSV with a header line; plain or gzip. Told by the
 * name: {@code .csv} and {@code .csv.gz} are CSV, {@code .jsonl}, {@code .ndjson} and {@code .json}
 * are JSON lines. Can be read again and again.
 */
final class RowFile {

  private static final int LONGEST_LINE = 1 << 24;

  private final Path path;
  private final boolean csv;
  private final Source source;

  private RowFile(Path path, boolean csv, Source source) {
    this.path = path;
    this.csv = csv;
    this.source = source;
  }

  /** Takes the rows. */
  interface Reader {

    /**
     * One row.
     *
     * @param line number in the file, from 1
     * @throws PoisonException when it is not one that can be used
     */
    void row(long line, Fields fields);

    /** A line that is no row, or one that {@link #row} refused. */
    void broken(long line, String reason);
  }

  /**
   * @throws CommandFailure when it cannot be read, or its name is of no known form
   */
  static RowFile open(Path path) {
    String name = path.toString().toLowerCase(Locale.ROOT).replaceAll("\\.gz$", "");
    boolean csv = name.endsWith(".csv");
    if (!csv && List.of(".jsonl", ".ndjson", ".json").stream().noneMatch(name::endsWith)) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "%s has no known form: found the name %s, expected one that ends with .jsonl or .csv, or these and .gz"
              .formatted(path, path.getFileName()));
    }
    if (Files.isDirectory(path)) {
      throw new CommandFailure(
          ExitCode.USAGE, "%s is a folder, expected a file of rows".formatted(path));
    }
    try {
      return new RowFile(path, csv, Source.file(path));
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  Path path() {
    return path;
  }

  /** The name without folders, and the SHA-256 of the content. */
  String identity() {
    return source.identity();
  }

  String name() {
    return source.name();
  }

  /** Bytes of the file. */
  long size() {
    return source.size();
  }

  /** Bytes read so far. */
  long read() {
    return source.read();
  }

  /**
   * Gives every row to the reader, in order. Blank lines count as lines and are not rows.
   *
   * @throws CommandFailure when the file cannot be read to its end
   */
  void forEach(Reader reader) {
    try (InputStream in = source.open()) {
      if (csv) {
        csv(in, reader);
      } else {
        jsonLines(in, reader);
      }
    } catch (IOException | UncheckedIOException e) {
      throw unreadable(path, e);
    }
  }

  private static void jsonLines(InputStream in, Reader reader) throws IOException {
    LineReader lines = new LineReader(in, LONGEST_LINE, 1);
    for (Line line = lines.next(); line != null; line = lines.next()) {
      if (line.tooLong()) {
        reader.broken(
            line.number(),
            "the line has %d bytes, expected at most %d".formatted(line.length(), LONGEST_LINE));
      } else if (!line.blank()) {
        byte[] bytes = line.bytes();
        take(reader, line.number(), () -> Fields.parse(bytes));
      }
    }
  }

  private void csv(InputStream in, Reader reader) throws IOException {
    try (CsvReader<CsvRecord> records =
        CsvReader.builder()
            // It would take all further rows in.
            .allowUnclosedQuote(false)
            .allowMissingFields(true)
            .allowExtraFields(true)
            .maxBufferSize(LONGEST_LINE)
            .ofCsvRecord(CsvText.marked(in))) {
      List<String> columns = List.of();
      for (CsvRecord record : records) {
        if (columns.isEmpty()) {
          columns = header(record.getFields());
        } else {
          List<String> names = columns;
          take(reader, record.getStartingLineNumber(), () -> fields(names, record.getFields()));
        }
      }
    } catch (CsvParseException e) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "%s is no CSV beyond %s: quote fields that hold commas, quotes or line ends"
              .formatted(path, e.getMessage()),
          e);
    }
  }

  /** The names of the columns. Those without a name may be many. */
  private List<String> header(List<String> fields) {
    List<String> columns = fields.stream().map(String::strip).toList();
    if (columns.stream().anyMatch(RowFile::notUtf8)) {
      throw new CommandFailure(
          ExitCode.FAILED, "%s: the header is not UTF-8: write the file in UTF-8".formatted(path));
    }
    for (String name : columns) {
      if (!name.isEmpty() && Collections.frequency(columns, name) > 1) {
        throw new CommandFailure(
            ExitCode.FAILED,
            "%s: the header has the column %s twice, expected each name once: rename or drop one of them"
                .formatted(path, name));
      }
    }
    return columns;
  }

  private static boolean notUtf8(String field) {
    return field.indexOf(CsvText.NOT_UTF8) >= 0;
  }

  private static Fields fields(List<String> columns, List<String> values) {
    if (values.stream().anyMatch(RowFile::notUtf8)) {
      throw new PoisonException(INVALID_FIELD, "the row is not UTF-8: write the file in UTF-8");
    }
    if (values.size() != columns.size()) {
      throw new PoisonException(
          INVALID_FIELD,
          "found %d fields, expected %d as the header has"
              .formatted(values.size(), columns.size()));
    }
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < columns.size(); i++) {
      if (!values.get(i).isEmpty()) {
        object.put(columns.get(i), values.get(i));
      }
    }
    return new Fields(object);
  }

  private interface Row {
    Fields fields();
  }

  private static void take(Reader reader, long line, Row row) {
    try {
      reader.row(line, row.fields());
    } catch (PoisonException e) {
      reader.broken(line, String.valueOf(e.getMessage()));
    }
  }

  private static CommandFailure unreadable(Path path, Exception e) {
    return new CommandFailure(
        ExitCode.USAGE,
        "cannot read %s (%s): give a readable file of JSON lines or CSV, plain or gzip"
            .formatted(path, e),
        e);
  }
}
