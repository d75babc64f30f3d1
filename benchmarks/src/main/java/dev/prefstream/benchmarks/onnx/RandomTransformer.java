package dev.prefstream.benchmarks.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.benchmarks.onnx.Graph.Attribute;
import dev.prefstream.scorer.bundle.ModelBundle;
import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.model.ScoringText;
import dev.prefstream.scorer.text.TextEncoder;
import dev.prefstream.scorer.text.Truncation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * A transformer encoder with random weights: the arithmetic of a real one of its size, and scores
 * without meaning. Multi-head attention with a padding mask, GELU, layer normalisation after each
 * part (Vaswani et al. 2017), no positions, a logit from the first token.
 *
 * @param width of the residual stream, a multiple of {@code heads}
 * @param half whether weights and arithmetic are fp16 instead of fp32
 */
public record RandomTransformer(int layers, int width, int heads, int maxLength, boolean half) {

  private static final int VOCABULARY = 8_192;
  private static final double HEAD_SHARE = 0.75;
  private static final double TOLERANCE = 1e-3;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Some 20 million parameters, as small sentence encoders have. */
  public static RandomTransformer twentyMillion() {
    return new RandomTransformer(5, 512, 8, 512, false);
  }

  /**
   * Some 4 million parameters, most of them in the embedding and 2.7 million at work on every
   * token.
   */
  public static RandomTransformer small() {
    return new RandomTransformer(6, 192, 6, 512, false);
  }

  /** Some 105 million parameters, in half precision. */
  public static RandomTransformer hundredMillion() {
    return new RandomTransformer(14, 768, 12, 512, true);
  }

  /**
   * Writes it as a bundle for ticket urgency, with the tokenizer of another bundle.
   *
   * @param tokenizer bundle whose tokenizer has at most 8,192 ids; already opened once in this
   *     process, so that ONNX Runtime is set up
   */
  public ModelBundle write(Path folder, ModelBundle tokenizer) throws IOException, OrtException {
    Files.createDirectories(folder);
    Graph graph = graph();
    Files.write(folder.resolve("model.onnx"), graph.model());
    Files.write(folder.resolve("tokenizer.json"), tokenizer.tokenizer());
    JSON.writeValue(folder.resolve("golden.json").toFile(), golden(folder, tokenizer.tokenizer()));
    JSON.writeValue(folder.resolve("bundle.json").toFile(), manifest(folder, graph.parameters()));
    return ModelBundle.load(folder);
  }

  private Graph graph() {
    Graph graph = new Graph(width, half);
    graph.input("input_ids");
    graph.input("attention_mask");
    String mask =
        graph.node("Cast", List.of("attention_mask"), Attribute.number("to", graph.type()));
    String hidden = graph.node("Sub", List.of(graph.scalar(1), mask));
    String away = graph.node("Mul", List.of(hidden, graph.scalar(-10_000)));
    String bias = graph.node("Unsqueeze", List.of(away, graph.longs(1, 2)));
    String stream =
        normalised(
            graph, graph.node("Gather", List.of(graph.weights(1, VOCABULARY, width), "input_ids")));
    for (int layer = 0; layer < layers; layer++) {
      stream =
          normalised(graph, graph.node("Add", List.of(stream, attention(graph, stream, bias))));
      stream = normalised(graph, graph.node("Add", List.of(stream, feedForward(graph, stream))));
    }
    String first =
        graph.node("Gather", List.of(stream, scalarZero(graph)), Attribute.number("axis", 1));
    String pooled = graph.node("Reshape", List.of(first, graph.longs(-1, width)));
    graph.output(
        "logits",
        graph.node(
            "Cast",
            List.of(multiplied(graph, pooled, width, 1)),
            Attribute.number("to", Graph.FLOAT)));
    return graph;
  }

  private static String scalarZero(Graph graph) {
    return graph.longs(0);
  }

  private String attention(Graph graph, String stream, String bias) {
    String query = heads(graph, multiplied(graph, stream, width, width), 0, 2, 1, 3);
    String key = heads(graph, multiplied(graph, stream, width, width), 0, 2, 3, 1);
    String value = heads(graph, multiplied(graph, stream, width, width), 0, 2, 1, 3);
    String products = graph.node("MatMul", List.of(query, key));
    String scaled =
        graph.node(
            "Mul",
            List.of(products, graph.scalar((float) (1 / Math.sqrt((double) width / heads)))));
    String shares =
        graph.node(
            "Softmax",
            List.of(graph.node("Add", List.of(scaled, bias))),
            Attribute.number("axis", -1));
    String mixed =
        graph.node(
            "Transpose",
            List.of(graph.node("MatMul", List.of(shares, value))),
            Attribute.numbers("perm", 0, 2, 1, 3));
    String joined = graph.node("Reshape", List.of(mixed, graph.longs(0, 0, width)));
    return multiplied(graph, joined, width, width);
  }

  private String heads(Graph graph, String stream, long... order) {
    String split = graph.node("Reshape", List.of(stream, graph.longs(0, 0, heads, width / heads)));
    return graph.node("Transpose", List.of(split), Attribute.numbers("perm", order));
  }

  private String feedForward(Graph graph, String stream) {
    String wide = multiplied(graph, stream, width, 4 * width);
    String bent =
        graph.node(
            "Erf", List.of(graph.node("Div", List.of(wide, graph.scalar((float) Math.sqrt(2))))));
    String gate = graph.node("Add", List.of(bent, graph.scalar(1)));
    String gelu =
        graph.node("Mul", List.of(graph.node("Mul", List.of(wide, gate)), graph.scalar(0.5f)));
    return multiplied(graph, gelu, 4 * width, width);
  }

  private static String multiplied(Graph graph, String stream, int from, int to) {
    return graph.node("MatMul", List.of(stream, graph.weights(1 / Math.sqrt(from), from, to)));
  }

  private String normalised(Graph graph, String stream) {
    return graph.node(
        "LayerNormalization",
        List.of(stream, graph.filled(1, width), graph.filled(0, width)),
        Attribute.number("axis", -1),
        Attribute.real("epsilon", 1e-5f));
  }

  private ArrayNode golden(Path folder, byte[] tokenizer) throws OrtException {
    ArrayNode cases = JSON.createArrayNode();
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (TextEncoder encoder = new TextEncoder(tokenizer, new Truncation(maxLength, HEAD_SHARE));
        OrtSession session = environment.createSession(folder.resolve("model.onnx").toString())) {
      for (String text : List.of("a", "Production is down", "How do I change my picture?")) {
        EncodedText encoded = encoder.encode(ScoringText.of(text));
        long[] mask = new long[encoded.ids().length];
        java.util.Arrays.fill(mask, 1);
        try (OnnxTensor ids = OnnxTensor.createTensor(environment, new long[][] {encoded.ids()});
            OnnxTensor ones = OnnxTensor.createTensor(environment, new long[][] {mask});
            OrtSession.Result result =
                session.run(Map.of("input_ids", ids, "attention_mask", ones))) {
          ObjectNode golden = cases.addObject().put("text", text).putNull("pair");
          golden.set("ids", JSON.valueToTree(encoded.ids()));
          golden.put("logit", ((float[][]) result.get(0).getValue())[0][0]);
        }
      }
    }
    return cases;
  }

  private ObjectNode manifest(Path folder, long parameters) throws IOException {
    ObjectNode bundle = JSON.createObjectNode();
    bundle.put("format", 1).put("id", "random-transformer").put("version", "1.0.0");
    bundle.put("task", "ticket-urgency").put("licence", "Apache-2.0");
    ObjectNode model = bundle.putObject("model");
    model.put("file", "model.onnx").put("precision", half ? "fp16" : "fp32");
    model.putArray("inputs").add("input_ids").add("attention_mask");
    model.putObject("output").put("name", "logits").put("kind", "one-logit");
    ObjectNode tokenizer = bundle.putObject("tokenizer");
    tokenizer.put("file", "tokenizer.json").put("max_length", maxLength).put("pad_id", 0);
    tokenizer.put("truncation", "head-tail").put("head_share", HEAD_SHARE);
    bundle.putObject("template").put("text", "{subject}\n\n{body}");
    bundle.putObject("calibration").put("temperature", 1.0).put("bias", 0.0);
    ObjectNode size = bundle.putArray("metrics").addObject();
    size.put("data", "none").put("rows", 0).put("name", "parameters").put("value", parameters);
    bundle.putObject("golden").put("file", "golden.json").put("tolerance", TOLERANCE);
    ObjectNode files = bundle.putObject("files");
    for (String name : List.of("model.onnx", "tokenizer.json", "golden.json")) {
      files.put(name, sha256(folder.resolve(name)));
    }
    return bundle;
  }

  private static String sha256(Path file) throws IOException {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
