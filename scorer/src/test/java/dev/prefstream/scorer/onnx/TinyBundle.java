package dev.prefstream.scorer.onnx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Writes bundles for tests, whole and broken ones. The tokenizer splits at white space; its words
 * have known embeddings, so that every logit can be computed by hand: {@code w3} adds 3, {@code
 * nan} is not a number, {@code inf} infinite, and {@code crash} has an id that the network's table
 * does not, which ONNX Runtime refuses.
 */
public final class TinyBundle {

  /** Special ids. */
  static final int PAD = 0;

  static final int UNKNOWN = 1;
  static final int START = 2;
  static final int END = 3;

  private static final List<String> WORDS =
      List.of(
          "[PAD]", "[UNK]", "[CLS]", "[SEP]", "w0", "w1", "w2", "w3", "w4", "w5", "w6", "w7", "w8",
          "w9", "nan", "inf", "crash");
  private static final float[] EMBEDDING = {
    0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, Float.NaN, Float.POSITIVE_INFINITY
  };

  private String task = "ticket-urgency";
  private String outputKind = "one-logit";
  private int maxLength = 16;
  private byte[] network = TinyNetwork.meanOf(EMBEDDING, new float[] {1}, TinyNetwork.FLOAT, false);
  private String inputs = "[\"input_ids\", \"attention_mask\"]";
  private String template = "{\"text\": \"{subject} {body}\"}";
  private boolean tokenizer = true;
  private String version = "1.0.0";
  private String golden =
      "[{\"text\": \"w1 w3\", \"pair\": null, \"ids\": [2, 5, 7, 3], \"logit\": 1.0}]";
  private String remote = "";
  private String embedding = "";
  private boolean batchInvariant = true;
  private final Map<String, byte[]> more = new TreeMap<>();

  /** A bundle for tickets with one logit. */
  public static TinyBundle urgency() {
    return new TinyBundle();
  }

  /** A bundle for responses: a text pair with segments. */
  public static TinyBundle preference() {
    TinyBundle bundle = new TinyBundle();
    bundle.task = "response-preference";
    bundle.network = TinyNetwork.meanOf(EMBEDDING, new float[] {1}, TinyNetwork.FLOAT, true);
    bundle.inputs = "[\"input_ids\", \"attention_mask\", \"token_type_ids\"]";
    bundle.template = "{\"text\": \"{subject} {body}\", \"pair\": \"{response}\"}";
    // Mean (1 + 3) / 5 and pair share 2 / 5, an eighth of it.
    bundle.golden =
        "[{\"text\": \"w1\", \"pair\": \"w3\", \"ids\": [2, 5, 3, 7, 3], \"logit\": 0.85}]";
    return bundle;
  }

  public TinyBundle twoClasses() {
    outputKind = "two-class";
    network = TinyNetwork.meanOf(EMBEDDING, new float[] {-1, 1}, TinyNetwork.FLOAT, false);
    return golden("[{\"text\": \"w1 w3\", \"ids\": [2, 5, 7, 3], \"logit\": 2.0}]");
  }

  public TinyBundle halfPrecision() {
    network = TinyQuantised.halfPrecision();
    return this;
  }

  /** Weights of eight bits, a scale of their own for all. */
  public TinyBundle int8Weights() {
    network = TinyQuantised.int8Table();
    return this;
  }

  /** Weights of eight bits in blocks, as the export writes them. */
  public TinyBundle int8Blocks() {
    network = TinyQuantised.int8Blocks();
    return this;
  }

  /** Activations of eight bits, their scale taken from the whole batch; w9 adds 900. */
  public TinyBundle dynamicallyQuantised() {
    network = TinyQuantised.dynamic();
    return golden(
        """
        [{"text": "w1 w3", "ids": [2, 5, 7, 3], "logit": 1.0},
         {"text": "w9 w9", "ids": [2, 13, 13, 3], "logit": 450.0}]
        """);
  }

  public TinyBundle readingText() {
    network = TinyNetwork.readsText();
    inputs = "[\"text\"]";
    tokenizer = false;
    template = "{\"text\": \"{subject}{body}\"}";
    return golden("[{\"text\": \"hello\", \"ids\": [], \"logit\": 1.5}]");
  }

  /**
   * A bundle whose network a server has.
   *
   * @param json what stands under model.remote
   */
  public TinyBundle remote(String json) {
    remote = json;
    return this;
  }

  /**
   * A bundle whose scores can carry an embedding; the network has one of one number, "logarithm".
   */
  public TinyBundle embedding(String name, int size) {
    embedding = ", \"embedding\": {\"name\": \"%s\", \"size\": %d}".formatted(name, size);
    return this;
  }

  public TinyBundle notBatchInvariant() {
    batchInvariant = false;
    return this;
  }

  public TinyBundle withoutTokenizer() {
    tokenizer = false;
    return this;
  }

  public TinyBundle maxLength(int ids) {
    maxLength = ids;
    return this;
  }

  public TinyBundle version(String changed) {
    version = changed;
    return this;
  }

  public TinyBundle outputKind(String changed) {
    outputKind = changed;
    return this;
  }

  public TinyBundle inputs(String changed) {
    inputs = changed;
    return this;
  }

  public TinyBundle template(String changed) {
    template = changed;
    return this;
  }

  public TinyBundle network(byte[] changed) {
    network = changed;
    return this;
  }

  public TinyBundle golden(String changed) {
    golden = changed;
    return this;
  }

  public TinyBundle file(String name, byte[] content) {
    more.put(name, content);
    return this;
  }

  /** Writes the bundle into the folder, which is created. */
  public Path write(Path folder) {
    Map<String, byte[]> files = new TreeMap<>(more);
    if (remote.isEmpty()) {
      files.putIfAbsent("model.onnx", network);
    }
    files.putIfAbsent("golden.json", golden.getBytes(StandardCharsets.UTF_8));
    if (tokenizer) {
      files.putIfAbsent("tokenizer.json", tokenizer().getBytes(StandardCharsets.UTF_8));
    }
    try {
      Files.createDirectories(folder);
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        Files.write(folder.resolve(file.getKey()), file.getValue());
      }
      Files.writeString(folder.resolve("bundle.json"), manifest(files));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String manifest(Map<String, byte[]> files) {
    String hashes =
        files.entrySet().stream()
            .map(file -> "\"%s\": \"%s\"".formatted(file.getKey(), sha256(file.getValue())))
            .collect(Collectors.joining(", "));
    return """
        {"format": 1, "id": "tiny", "version": "%s", "task": "%s", "licence": "Apache-2.0",
         "model": {%s, "precision": "fp32", "inputs": %s,
                   "output": {"name": "logits", "kind": "%s"%s}%s},
         "tokenizer": %s,
         "template": %s,
         "calibration": {"temperature": 2.0, "bias": 0.5},
         "metrics": [],
         "golden": {"file": "golden.json", "tolerance": 0.001},
         "files": {%s}}
        """
        .formatted(
            version,
            task,
            remote.isEmpty() ? "\"file\": \"model.onnx\"" : "\"remote\": " + remote,
            inputs,
            outputKind,
            embedding,
            batchInvariant ? "" : ", \"batch_invariant\": false",
            tokenizer
                ? "{\"file\": \"tokenizer.json\", \"max_length\": %d, \"pad_id\": 0, \"truncation\": \"head-tail\", \"head_share\": 0.75}"
                    .formatted(maxLength)
                : "null",
            template,
            hashes);
  }

  private static String tokenizer() {
    String vocabulary =
        WORDS.stream()
            .map(word -> "\"%s\": %d".formatted(word, WORDS.indexOf(word)))
            .collect(Collectors.joining(", "));
    String special =
        WORDS.subList(0, 4).stream()
            .map(
                word ->
                    "{\"id\": %d, \"content\": \"%s\", \"single_word\": false, \"lstrip\": false, \"rstrip\": false, \"normalized\": false, \"special\": true}"
                        .formatted(WORDS.indexOf(word), word))
            .collect(Collectors.joining(", "));
    return """
        {"version": "1.0", "truncation": null, "padding": null,
         "added_tokens": [%s],
         "normalizer": null,
         "pre_tokenizer": {"type": "WhitespaceSplit"},
         "post_processor": {"type": "TemplateProcessing",
           "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                      {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
           "pair": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                    {"SpecialToken": {"id": "[SEP]", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}},
                    {"SpecialToken": {"id": "[SEP]", "type_id": 1}}],
           "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
                              "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}},
         "decoder": null,
         "model": {"type": "WordLevel", "vocab": {%s}, "unk_token": "[UNK]"}}
        """
        .formatted(special, vocabulary);
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
