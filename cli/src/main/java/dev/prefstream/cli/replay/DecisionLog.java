package dev.prefstream.cli.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.cli.json.AvroForm;
import dev.prefstream.schemas.avro.DecisionRecord;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import java.util.zip.GZIPInputStream;

/**
 * A decision log as a file of one JSON object a line, plain or gzip, as {@code quickstart --once}
 * and {@code watch decision-log} write it, with or without the metadata around the value.
 */
final class DecisionLog {

  private static final int GZIP_MAGIC = 0x1f8b;

  private final ObjectMapper mapper = new ObjectMapper();
  private final AvroForm<DecisionRecord> form = new AvroForm<>(DecisionRecord.class);

  /**
   * Gives each record to the reader, and what is wrong with each other line to {@code refused}, by
   * the number of the line.
   */
  void read(Path file, BiConsumer<Long, DecisionRecord> reader, BiConsumer<Long, String> refused)
      throws IOException {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(open(file), StandardCharsets.UTF_8))) {
      long number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (!line.isBlank()) {
          DecisionRecord record;
          try {
            record = record(line);
          } catch (IllegalArgumentException e) {
            refused.accept(number, String.valueOf(e.getMessage()));
            continue;
          }
          reader.accept(number, record);
        }
      }
    }
  }

  private DecisionRecord record(String line) {
    JsonNode node;
    try {
      node = mapper.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the line is no JSON", e);
    }
    JsonNode value = node.path("value").isObject() ? node.get("value") : node;
    if (value instanceof ObjectNode object) {
      return form.read(object);
    }
    throw new IllegalArgumentException("the line is no JSON object");
  }

  private static InputStream open(Path file) throws IOException {
    BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file));
    in.mark(2);
    int magic = in.read() << 8 | in.read();
    in.reset();
    return magic == GZIP_MAGIC ? new GZIPInputStream(in) : in;
  }
}
