package dev.prefstream.scorer.bundle;

import static dev.prefstream.scorer.bundle.BundleManifest.check;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code bundle.json} says of a model that a server has. Refuses with an {@link
 * IllegalArgumentException} that names the field.
 *
 * @param protocol open-inference, vllm-pooling, vllm-classify or vllm-score
 * @param endpoint where the server is unless the configuration says otherwise; null where only the
 *     configuration knows
 * @param name the model's name on the server
 * @param version of the model on the server, for open-inference; null lets the server choose
 * @param lengths the only row lengths that the server takes, rising, for ids by open-inference;
 *     null takes all
 * @param rows the only numbers of rows that the server takes, rising, for open-inference; null
 *     takes all
 * @param poolingTask what to ask of {@code /pooling}, for servers that must be told
 */
public record RemoteModel(
    @JsonProperty(value = "protocol", required = true) String protocol,
    @JsonProperty("endpoint") @Nullable String endpoint,
    @JsonProperty(value = "model", required = true) String name,
    @JsonProperty("version") @Nullable String version,
    @JsonProperty("lengths") @Nullable List<Integer> lengths,
    @JsonProperty("rows") @Nullable List<Integer> rows,
    @JsonProperty("pooling_task") @Nullable String poolingTask) {

  public static final String OPEN_INFERENCE = "open-inference";
  public static final String VLLM_POOLING = "vllm-pooling";
  public static final String VLLM_CLASSIFY = "vllm-classify";
  public static final String VLLM_SCORE = "vllm-score";

  private static final Set<String> PROTOCOLS =
      Set.of(OPEN_INFERENCE, VLLM_POOLING, VLLM_CLASSIFY, VLLM_SCORE);

  public RemoteModel {
    check(
        PROTOCOLS.contains(protocol),
        "model.remote.protocol",
        protocol,
        "open-inference, vllm-pooling, vllm-classify or vllm-score");
    check(!name.isBlank(), "model.remote.model", name, "the model's name on the server");
    if (endpoint != null) {
      checkEndpoint(endpoint);
    }
    boolean openInference = protocol.equals(OPEN_INFERENCE);
    check(
        version == null || openInference,
        "model.remote.version",
        version,
        "none: only open-inference has versions");
    lengths = rising("model.remote.lengths", lengths, openInference);
    rows = rising("model.remote.rows", rows, openInference);
    check(
        poolingTask == null || protocol.equals(VLLM_POOLING),
        "model.remote.pooling_task",
        poolingTask,
        "none: only vllm-pooling has tasks");
  }

  /**
   * The address of a server: http or https, a host, perhaps a path.
   *
   * @throws IllegalArgumentException saying what is wrong
   */
  public static URI checkEndpoint(String text) {
    URI uri = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
    boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!http || uri.getHost() == null || uri.getQuery() != null || uri.getFragment() != null) {
      throw new IllegalArgumentException("must be a URL such as http://127.0.0.1:8000");
    }
    if (uri.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "must hold no user or password: give a token by scorer.remote.token");
    }
    return uri;
  }

  void checkFits(List<String> inputs, BundleManifest.Output output) {
    boolean text = inputs.contains("text");
    check(
        output.embedding() == null,
        "model.output.embedding",
        output.embedding(),
        "none, since a server has the model");
    switch (protocol) {
      case VLLM_POOLING, VLLM_CLASSIFY ->
          check(
              text || inputs.equals(List.of("input_ids")),
              "model.inputs",
              inputs,
              "[\"input_ids\"] or [\"text\"], which is all that " + protocol + " carries");
      case VLLM_SCORE -> {
        check(text, "model.inputs", inputs, "[\"text\"], which is all that vllm-score carries");
        check(
            output.columns() == 1,
            "model.output.kind",
            output.kind(),
            "one-logit or reward, which is all that vllm-score carries");
      }
      default ->
          check(lengths == null || !text, "model.remote.lengths", lengths, "none for a text input");
    }
  }

  private static @Nullable List<Integer> rising(
      String field, @Nullable List<Integer> sizes, boolean allowed) {
    if (sizes == null) {
      return null;
    }
    check(allowed, field, sizes, "none: only open-inference has fixed shapes");
    boolean rising = !sizes.isEmpty() && sizes.get(0) > 0;
    for (int i = 1; i < sizes.size(); i++) {
      rising &= sizes.get(i - 1) < sizes.get(i);
    }
    check(rising, field, sizes, "numbers above 0, rising");
    return List.copyOf(sizes);
  }
}
