package dev.prefstream.benchmarks.report;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Figures on their way between the bench and the process of an arm, as a JSON file. */
public final class ResultsFile {

  private static final ObjectMapper JSON = new ObjectMapper();

  private record Value(Figure figure, int round, double value) {}

  private ResultsFile() {}

  public static void write(Results results, Path file) throws IOException {
    List<Value> values = new ArrayList<>();
    for (Figure figure : results.figures()) {
      results
          .rounds(figure.id())
          .forEach((round, value) -> values.add(new Value(figure, round, value)));
    }
    JSON.writeValue(file.toFile(), values);
  }

  /** Adds what the file holds; nothing where there is none. */
  public static void read(Path file, Results into) throws IOException {
    if (Files.exists(file)) {
      for (Value value : JSON.readValue(file.toFile(), new TypeReference<List<Value>>() {})) {
        into.record(value.figure, value.round, value.value);
      }
    }
  }
}
