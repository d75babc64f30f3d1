package dev.prefstream.cli.evaluate.tracking;

import com.fasterxml.jackson.databind.JsonNode;
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

  /**
   * The numbers of a report, each under its path with dots between; characters that MLflow does not
   * take in names become underscores.
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

  private static String named(String name) {
    return name.replaceAll("[^A-Za-z0-9_\\-. /]", "_");
  }
}
