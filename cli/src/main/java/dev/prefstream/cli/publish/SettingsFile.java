package dev.prefstream.cli.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.cli.CommandFailure;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.schemas.avro.PreferenceSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Settings documents read without publishing them: one JSON object after the other. */
public final class SettingsFile {

  private static final String DESCRIBED = "docs/publishing.md describes settings";

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private SettingsFile() {}

  /**
   * All documents of the file, at most one a tenant.
   *
   * @throws CommandFailure when it cannot be read, holds none, two of one tenant, or one that is no
   *     settings document
   */
  public static List<PreferenceSettings> read(Path file) {
    SettingsForm form = new SettingsForm(Clock.systemUTC());
    Map<String, PreferenceSettings> documents = new LinkedHashMap<>();
    int number = 1;
    try (InputStream in = Files.newInputStream(file);
        MappingIterator<JsonNode> nodes = JSON.readerFor(JsonNode.class).readValues(in)) {
      for (; nodes.hasNextValue(); number++) {
        if (!(nodes.nextValue() instanceof ObjectNode object)) {
          throw refused(file, number, "it is no JSON object; " + DESCRIBED, null);
        }
        for (Outcome<PreferenceSettings> outcome : form.read(new Fields(object))) {
          PreferenceSettings settings = outcome.value();
          if (settings != null && documents.put(settings.getTenantId(), settings) != null) {
            throw refused(
                file, number, "its tenant had one before, expected one document a tenant", null);
          }
        }
      }
    } catch (PoisonException e) {
      throw refused(file, number, String.valueOf(e.getMessage()), e);
    } catch (JsonProcessingException e) {
      throw refused(
          file,
          number,
          "line %d, column %d cannot be read as JSON, or names a field again; %s"
              .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr(), DESCRIBED),
          e);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "cannot read %s (%s): give a file of settings documents".formatted(file, e),
          e);
    }
    if (documents.isEmpty()) {
      throw new CommandFailure(
          ExitCode.USAGE, "%s holds no settings document; %s".formatted(file, DESCRIBED));
    }
    return List.copyOf(documents.values());
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
    ObjectNode alone = JSON.createObjectNode();
    alone.put("tenant_id", "given").set("preference_settings", document);
    return new SettingsForm(Clock.systemUTC()).read(new Fields(alone)).get(0).value();
  }

  private static CommandFailure refused(
      Path file, int number, String problem, @Nullable Exception cause) {
    return new CommandFailure(
        ExitCode.USAGE, "%s, document %d: %s".formatted(file, number, problem), cause);
  }
}
