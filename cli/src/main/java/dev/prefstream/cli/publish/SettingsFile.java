package dev.prefstream.cli.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.cli.CommandFailure;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.schemas.avro.PreferenceSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Settings documents read without publishing them: one JSON object after the other. */
public final class SettingsFile {

  private SettingsFile() {}

  /**
   * All documents of the file.
   *
   * @throws CommandFailure when it cannot be read, holds none, or one that is no settings document
   */
  public static List<PreferenceSettings> read(Path file) {
    SettingsForm form = new SettingsForm(Clock.systemUTC());
    List<PreferenceSettings> documents = new ArrayList<>();
    try (MappingIterator<JsonNode> nodes =
        new ObjectMapper().readerFor(JsonNode.class).readValues(file.toFile())) {
      while (nodes.hasNextValue()) {
        if (!(nodes.nextValue() instanceof ObjectNode object)) {
          throw refused(file, "holds JSON that is no object", null);
        }
        for (Outcome<PreferenceSettings> outcome : form.read(new Fields(object))) {
          if (outcome.value() != null) {
            documents.add(outcome.value());
          }
        }
      }
    } catch (PoisonException e) {
      throw refused(file, String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw refused(file, "cannot be read as JSON", e);
    }
    if (documents.isEmpty()) {
      throw refused(file, "holds no settings document", null);
    }
    return documents;
  }

  /**
   * What a line says under {@code preference_settings} beside other fields; null when nothing.
   *
   * @throws PoisonException when it is no settings document
   */
  public static @Nullable PreferenceSettings nested(Fields line) {
    JsonNode document = line.take("preference_settings");
    if (document == null) {
      return null;
    }
    ObjectNode alone = new ObjectMapper().createObjectNode();
    alone.put("tenant_id", "given").set("preference_settings", document);
    return new SettingsForm(Clock.systemUTC()).read(new Fields(alone)).get(0).value();
  }

  private static CommandFailure refused(Path file, String problem, @Nullable Exception cause) {
    return new CommandFailure(
        ExitCode.USAGE,
        "%s: %s; docs/publishing.md describes settings".formatted(file, problem),
        cause);
  }
}
