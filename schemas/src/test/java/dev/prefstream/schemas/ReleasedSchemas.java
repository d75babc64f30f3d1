package dev.prefstream.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;

/**
 * The schemas as last released, one file for each topic under {@code src/test/resources/released}.
 * Run {@link #main} from the module's folder at a release, never to make a test pass.
 */
final class ReleasedSchemas {

  private static final List<String> JAVA_PROPERTIES = List.of("avro.java.string");

  private ReleasedSchemas() {}

  static Schema current(Topic<?> topic) {
    String json = SpecificData.get().getSchema(topic.value()).toString();
    for (String property : JAVA_PROPERTIES) {
      json = json.replace("{\"type\":\"string\",\"" + property + "\":\"String\"}", "\"string\"");
      json = json.replace(",\"" + property + "\":\"String\"", "");
    }
    return new Schema.Parser().parse(json);
  }

  static Schema released(Topic<?> topic) {
    String file = "/released/" + topic.name() + ".avsc";
    try (InputStream in = ReleasedSchemas.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(
            "no released schema for " + topic.name() + ": expected " + file);
      }
      return new Schema.Parser().parse(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static void main(String[] args) throws IOException {
    Path folder = Files.createDirectories(Path.of("src/test/resources/released"));
    for (Topic<?> topic : Topics.all()) {
      Files.writeString(
          folder.resolve(topic.name() + ".avsc"), current(topic).toString(true) + "\n");
    }
  }
}
