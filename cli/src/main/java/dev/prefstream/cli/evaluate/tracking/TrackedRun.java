package dev.prefstream.cli.evaluate.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.prefstream.cli.publish.Sha256;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a run on a tracking server says.
 *
 * @param name for people
 * @param parameters what the run was given
 * @param metrics what came out; finite numbers
 * @param tags what it was about, such as the model's id
 */
public record TrackedRun(
    String name,
    Map<String, String> parameters,
    Map<String, Double> metrics,
    Map<String, String> tags) {

  /** A metric's whole path may have 250 characters. */
  private static final int LONGEST_NAME = 100;

  private static final int HASH = 8;

  /**
   * The numbers of a report, each under its path with dots between. A name that MLflow would not
   * take as it is, or that is longer than {@value #LONGEST_NAME} characters, gets underscores and
   * the beginning of its SHA-256: the same in every run, and another for every name.
   */
  public static Map<String, Double> metricsOf(JsonNode report) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    flatten("", report, metrics);
    return metrics;
  }

  private static void flatten(String path, JsonNode node, Map<String, Double> into) {
    if (node.isNumber()) {
      into.put(path, node.doubleValue());
    } else if (node.isObject()) {
      node.properties()
          .forEach(
              field ->
                  flatten(
                      (path.isEmpty() ? "" : path + ".") + named(field.getKey()),
                      field.getValue(),
                      into));
    }
  }

  /** A slash is taken by MLflow, but not everywhere: a path such as a//b is refused. */
  private static String named(String name) {
    String cleaned = name.replaceAll("[^A-Za-z0-9_\\-. ]", "_");
    if (cleaned.equals(name) && name.length() <= LONGEST_NAME) {
      return name;
    }
    return cleaned.substring(0, Math.min(cleaned.length(), LONGEST_NAME))
        + "-"
        + Sha256.hex(Sha256.digest().digest(name.getBytes(UTF_8))).substring(0, HASH);
  }
}
