package dev.prefstream.cli.evaluate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.cli.publish.Fields;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Several files read one after the other, for measures that need no model. */
final class Readings {

  private final List<RowFile> files;
  private final List<Reading> readings;

  private Readings(List<RowFile> files, List<Reading> readings) {
    this.files = files;
    this.readings = readings;
  }

  /**
   * Gives every row of the files to {@code take}.
   *
   * @param required columns of which each row needs one of every list
   * @param take throws {@link dev.prefstream.runtime.failure.PoisonException} for a row that cannot
   *     be used
   * @throws dev.prefstream.cli.CommandFailure when a file cannot be read, or has no row to use
   */
  static Readings read(List<Path> paths, List<List<String>> required, Consumer<Fields> take) {
    List<RowFile> files = paths.stream().map(RowFile::open).toList();
    List<Reading> readings = new ArrayList<>();
    for (RowFile file : files) {
      Reading reading = new Reading(file, required);
      file.forEach(
          new RowFile.Reader() {
            @Override
            public void row(long line, Fields fields) {
              reading.parsed(fields);
              reading.requireColumns(fields);
              take.accept(fields);
              reading.good();
            }

            @Override
            public void broken(long line, String reason) {
              reading.broken(line, reason);
            }
          });
      reading.requireRows();
      readings.add(reading);
    }
    return new Readings(files, readings);
  }

  /** Names of the files, for people. */
  String names() {
    return files.stream().map(RowFile::name).collect(Collectors.joining(", "));
  }

  /** Rows that were used. */
  long rows() {
    return readings.stream().mapToLong(Reading::rows).sum();
  }

  /** Which files they are, and which lines were left out. */
  void json(ObjectNode report) {
    var node = report.putArray("files");
    for (int i = 0; i < files.size(); i++) {
      node.addObject()
          .put("file", files.get(i).name())
          .put("rows", readings.get(i).rows())
          .set("broken", ReportJson.broken(readings.get(i)));
    }
  }

  /** Tells of broken lines. Returns whether there are none. */
  boolean tell(PrintWriter err) {
    boolean whole = true;
    for (int i = 0; i < files.size(); i++) {
      Reading reading = readings.get(i);
      if (reading.brokenLines() > 0) {
        whole = false;
        err.printf(
            "%s: %d broken lines were left out, the figures are of the %d others; %s%n",
            files.get(i).path(), reading.brokenLines(), reading.rows(), reading.told());
      }
    }
    return whole;
  }
}
