package dev.prefstream.scorer.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.prefstream.scorer.model.Calibration;
import dev.prefstream.scorer.model.Task;
import dev.prefstream.scorer.text.Template;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code bundle.json} says. Every constructor refuses with an {@link IllegalArgumentException}
 * that names the field.
 *
 * @param format 1
 * @param id short name, such as ticket-urgency
 * @param version by Semantic Versioning
 * @param files SHA-256 in lower-case hex of every file but bundle.json, by path inside the folder
 * @param tokenizer null for a model that reads text
 */
public record BundleManifest(
    @JsonProperty(value = "format", required = true) int format,
    @JsonProperty(value = "id", required = true) String id,
    @JsonProperty(value = "version", required = true) String version,
    @JsonProperty(value = "task", required = true) String task,
    @JsonProperty(value = "licence", required = true) String licence,
    @JsonProperty(value = "model", required = true) Model model,
    @JsonProperty("tokenizer") @Nullable TokenizerFile tokenizer,
    @JsonProperty(value = "template", required = true) Templates template,
    @JsonProperty(value = "calibration", required = true) Calibrated calibration,
    @JsonProperty(value = "metrics", required = true) List<Figure> metrics,
    @JsonProperty(value = "golden", required = true) Golden golden,
    @JsonProperty(value = "files", required = true) Map<String, String> files) {

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  public BundleManifest {
    check(format == 1, "format", format, "1, the only one this version reads");
    check(!id.isBlank(), "id", id, "a name");
    check(version.matches("\\d+\\.\\d+\\.\\d+.*"), "version", version, "such as 1.0.0");
    check(Task.named(task).isPresent(), "task", task, "ticket-urgency or response-preference");
    String pair = template.pair;
    boolean takesPair = !model.readsText() || model.takesTextPairs();
    check(pair == null || takesPair, "template.pair", pair, "none, since the model reads one text");
    check(
        pair != null || !model.takesTextPairs(),
        "template.pair",
        pair,
        "one, since model.remote.protocol is vllm-score");
    boolean preference = Task.RESPONSE_PREFERENCE.word().equals(task);
    boolean response =
        Template.holds(template.text, "response") || Template.holds(template.pair, "response");
    check(
        response == preference,
        "template",
        template,
        preference
            ? "{response} in text or pair, since the task is response-preference"
            : "no {response}, since the task is ticket-urgency");
    files.forEach(
        (name, hash) ->
            check(
                SHA256.matcher(hash).matches(),
                "files." + name,
                hash,
                "a SHA-256 in lower-case hex"));
    files = Map.copyOf(files);
    metrics = List.copyOf(metrics);
    for (String name : needed(model, tokenizer, golden)) {
      check(files.containsKey(name), "files", files.keySet(), "the hash of " + name + " too");
    }
    check(
        (tokenizer == null) == model.readsText(),
        "tokenizer",
        tokenizer,
        model.readsText()
            ? "none, since model.inputs is [\"text\"]"
            : "one, since model.inputs are token ids");
    if (tokenizer != null && model.remote != null && model.remote.lengths() != null) {
      List<Integer> lengths = model.remote.lengths();
      int most = lengths.get(lengths.size() - 1);
      check(
          tokenizer.maxLength <= most,
          "tokenizer.max_length",
          tokenizer.maxLength,
          "at most %d, the last of model.remote.lengths".formatted(most));
    }
  }

  /** What the model judges. */
  public Task judges() {
    return Task.named(task).orElseThrow();
  }

  private static Set<String> needed(Model model, @Nullable TokenizerFile tokenizer, Golden golden) {
    Set<String> files = new TreeSet<>(Set.of(golden.file));
    if (model.file != null) {
      files.add(model.file);
    }
    if (tokenizer != null) {
      files.add(tokenizer.file);
    }
    return files;
  }

  static void check(boolean ok, String field, @Nullable Object found, String expected) {
    if (!ok) {
      throw new IllegalArgumentException(
          "%s: found %s, expected %s".formatted(field, found, expected));
    }
  }

  /**
   * The network: a file of the bundle, or one that a server has.
   *
   * @param file null for a remote model
   * @param remote null for a file
   * @param precision for people: fp32, fp16, int8
   * @param inputs a subset of input_ids, attention_mask, token_type_ids; or text alone
   * @param batchInvariant false lets the scorer give it one row at a time; null is true
   */
  public record Model(
      @JsonProperty("file") @Nullable String file,
      @JsonProperty("remote") @Nullable RemoteModel remote,
      @JsonProperty(value = "precision", required = true) String precision,
      @JsonProperty(value = "inputs", required = true) List<String> inputs,
      @JsonProperty(value = "output", required = true) Output output,
      @JsonProperty("batch_invariant") @Nullable Boolean batchInvariant) {

    public Model {
      check(
          (file == null) != (remote == null),
          "model",
          file == null ? "neither file nor remote" : "file and remote",
          "one of the two");
      // ONNX Runtime reads other endings as a format of its own, which OnnxFile does not see
      // through.
      check(file == null || file.endsWith(".onnx"), "model.file", file, "a name ending in .onnx");
      inputs = List.copyOf(inputs);
      check(
          inputs.equals(List.of("text"))
              || (inputs.contains("input_ids")
                  && Set.of("input_ids", "attention_mask", "token_type_ids").containsAll(inputs)
                  && Set.copyOf(inputs).size() == inputs.size()),
          "model.inputs",
          inputs,
          "input_ids with or without attention_mask and token_type_ids, or text alone");
      if (remote != null) {
        remote.checkFits(inputs, output);
      }
    }

    /** Whether a text's score is promised not to depend on what else is in its batch. */
    public boolean isBatchInvariant() {
      return batchInvariant == null || batchInvariant;
    }

    /** Whether the model takes two texts in place of ids. */
    boolean takesTextPairs() {
      return remote != null && remote.protocol().equals(RemoteModel.VLLM_SCORE);
    }

    /** Whether the model takes text in place of ids. */
    public boolean readsText() {
      return inputs.contains("text");
    }
  }

  /**
   * The output to read, and how.
   *
   * @param embedding a second output, which scores can carry; null for none
   */
  public record Output(
      @JsonProperty(value = "name", required = true) String name,
      @JsonProperty(value = "kind", required = true) String kind,
      @JsonProperty("embedding") @Nullable Embedding embedding) {

    public Output {
      check(
          Set.of("one-logit", "two-class", "reward").contains(kind),
          "model.output.kind",
          kind,
          "one-logit, two-class or reward");
    }

    /** Columns of the output: 2 for two-class, else 1. */
    public int columns() {
      return kind.equals("two-class") ? 2 : 1;
    }
  }

  /**
   * What the network made of a text before it judged: floats of shape [rows, size].
   *
   * @param name of the output
   * @param size numbers for each text
   */
  public record Embedding(
      @JsonProperty(value = "name", required = true) String name,
      @JsonProperty(value = "size", required = true) int size) {

    /** More would make a score larger than the ticket it judges. */
    private static final int MOST = 4_096;

    public Embedding {
      check(size >= 1 && size <= MOST, "model.output.embedding.size", size, "1 to " + MOST);
    }
  }

  /**
   * How text becomes ids.
   *
   * @param headShare read by head-tail only
   */
  public record TokenizerFile(
      @JsonProperty(value = "file", required = true) String file,
      @JsonProperty(value = "max_length", required = true) int maxLength,
      @JsonProperty(value = "pad_id", required = true) int padId,
      @JsonProperty(value = "truncation", required = true) String truncation,
      @JsonProperty("head_share") @Nullable Double headShare) {

    public TokenizerFile {
      check(
          maxLength >= 4 && maxLength <= 131_072, "tokenizer.max_length", maxLength, "4 to 131072");
      check(padId >= 0, "tokenizer.pad_id", padId, "0 or more");
      check(
          truncation.equals("head") || (truncation.equals("head-tail") && headShare != null),
          "tokenizer.truncation",
          truncation,
          "head, or head-tail with head_share");
    }

    /** Share of the kept ids that comes from the head. */
    public double keptFromHead() {
      return truncation.equals("head") || headShare == null ? 1 : headShare;
    }
  }

  /** How a request becomes text. */
  public record Templates(
      @JsonProperty(value = "text", required = true) String text,
      @JsonProperty("pair") @Nullable String pair) {

    public Templates {
      new Template(text, pair);
    }
  }

  /** How a logit becomes a probability. */
  public record Calibrated(
      @JsonProperty(value = "temperature", required = true) double temperature,
      @JsonProperty(value = "bias", required = true) double bias) {

    public Calibrated {
      new Calibration(temperature, bias);
    }
  }

  /** A figure of quality, with the data it was measured on. Not used for scoring. */
  public record Figure(
      @JsonProperty(value = "data", required = true) String data,
      @JsonProperty(value = "rows", required = true) long rows,
      @JsonProperty(value = "name", required = true) String name,
      @JsonProperty(value = "value", required = true) double value,
      @JsonProperty("low") @Nullable Double low,
      @JsonProperty("high") @Nullable Double high) {}

  /**
   * Cases that must come out as they did when the bundle was made.
   *
   * @param tolerance largest difference of a logit, above 0
   */
  public record Golden(
      @JsonProperty(value = "file", required = true) String file,
      @JsonProperty(value = "tolerance", required = true) double tolerance) {

    public Golden {
      check(tolerance > 0 && tolerance <= 1, "golden.tolerance", tolerance, "above 0, at most 1");
    }
  }
}
