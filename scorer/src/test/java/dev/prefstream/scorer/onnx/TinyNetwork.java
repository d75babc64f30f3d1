package dev.prefstream.scorer.onnx;

/**
 * A network small enough to compute by hand: the mean of the embeddings of the ids that the mask
 * lets through, times weights. Its second output, one number a text, is the logarithm of that mean.
 * In ONNX form, with the variations that tests need.
 */
final class TinyNetwork {

  static final int FLOAT = 1;
  static final int INT64 = 7;
  static final int STRING = 8;
  static final int FLOAT16 = 10;

  private final Protobuf graph = new Protobuf();
  private String domain = "";

  TinyNetwork() {}

  /**
   * One embedding number for each id; the logit is the mean of those that the mask lets through,
   * times each of the weights: one weight for one logit, two for two classes.
   *
   * @param outputType FLOAT or FLOAT16
   */
  static byte[] meanOf(float[] embedding, float[] weights, int outputType, boolean segments) {
    TinyNetwork tiny = new TinyNetwork();
    tiny.node("Gather", "embedded", "table", "input_ids");
    tiny.node("Cast", "mask", attribute("to", FLOAT), "attention_mask");
    tiny.node("Mul", "masked", "embedded", "mask");
    tiny.node("ReduceSum", "sum", "masked", "axes");
    tiny.node("ReduceSum", "count", "mask", "axes");
    tiny.node("Div", "mean", "sum", "count");
    if (segments) {
      // The share of the pair among all ids, times 1/8, is added: segments matter, a little.
      tiny.node("Cast", "segment", attribute("to", FLOAT), "token_type_ids");
      tiny.node("ReduceSum", "pairIds", "segment", "axes");
      tiny.node("Div", "pairShare", "pairIds", "count");
      tiny.node("Mul", "pairPart", "pairShare", "eighth");
      tiny.node("Add", "both", "mean", "pairPart");
      tiny.node("MatMul", "raw", "both", "weights");
    } else {
      tiny.node("MatMul", "raw", "mean", "weights");
    }
    tiny.node("Cast", "logits", attribute("to", outputType), "raw");
    tiny.node("Log", "logarithm", "mean");
    tiny.tensor("table", FLOAT, Protobuf.floats(embedding), embedding.length);
    tiny.tensor("weights", FLOAT, Protobuf.floats(weights), 1, weights.length);
    tiny.tensor("axes", INT64, Protobuf.longs(1), 1);
    if (segments) {
      tiny.tensor("eighth", FLOAT, Protobuf.floats(0.125f), 1);
    }
    tiny.input("input_ids", INT64, 2);
    tiny.input("attention_mask", INT64, 2);
    if (segments) {
      tiny.input("token_type_ids", INT64, 2);
    }
    tiny.output("logits", outputType, 2);
    tiny.output("logarithm", FLOAT, 2);
    return tiny.model();
  }

  /** Gives 1.5 for a text that is "hello", else -0.5. */
  static byte[] readsText() {
    TinyNetwork tiny = new TinyNetwork();
    tiny.node("Equal", "same", "text", "hello");
    tiny.node("Where", "logits", "same", "yes", "no");
    tiny.graph.message(
        5, new Protobuf().number(1, 1).number(2, STRING).text(6, "hello").text(8, "hello"));
    tiny.tensor("yes", FLOAT, Protobuf.floats(1.5f), 1);
    tiny.tensor("no", FLOAT, Protobuf.floats(-0.5f), 1);
    tiny.input("text", STRING, 1);
    tiny.output("logits", FLOAT, 1);
    return tiny.model();
  }

  /** A network with a node of another operator domain. */
  static byte[] ofDomain(String domain) {
    TinyNetwork tiny = new TinyNetwork();
    tiny.domain = domain;
    tiny.node("Anything", "logits", "input_ids");
    tiny.input("input_ids", INT64, 2);
    tiny.output("logits", FLOAT, 2);
    return tiny.model();
  }

  /** A network whose only weights lie in another file. */
  static byte[] withExternalData(String location) {
    TinyNetwork tiny = new TinyNetwork();
    tiny.node("Gather", "embedded", "table", "input_ids");
    tiny.node("ReduceSum", "logits", "embedded", "axes");
    tiny.graph.message(
        5,
        new Protobuf()
            .number(1, 4)
            .number(2, FLOAT)
            .text(8, "table")
            .message(13, new Protobuf().text(1, "location").text(2, location))
            .number(14, 1));
    tiny.tensor("axes", INT64, Protobuf.longs(1), 1);
    tiny.input("input_ids", INT64, 2);
    tiny.output("logits", FLOAT, 2);
    return tiny.model();
  }

  static Protobuf attribute(String name, long value) {
    return new Protobuf().text(1, name).number(3, value).number(20, 2);
  }

  void node(String type, String output, String... inputs) {
    node(type, output, null, inputs);
  }

  void node(
      String type,
      String output,
      @org.jspecify.annotations.Nullable Protobuf attribute,
      String... inputs) {
    Protobuf node = new Protobuf();
    for (String input : inputs) {
      node.text(1, input);
    }
    node.text(2, output).text(3, output).text(4, type);
    if (attribute != null) {
      node.message(5, attribute);
    }
    if (!domain.isEmpty()) {
      node.text(7, domain);
    }
    graph.message(1, node);
  }

  void tensor(String name, int type, byte[] raw, long... shape) {
    Protobuf tensor = new Protobuf();
    for (long size : shape) {
      tensor.number(1, size);
    }
    graph.message(5, tensor.number(2, type).text(8, name).bytes(9, raw));
  }

  void input(String name, int type, int dimensions) {
    graph.message(11, value(name, type, dimensions));
  }

  void output(String name, int type, int dimensions) {
    graph.message(12, value(name, type, dimensions));
  }

  /** A node with several outputs, or attributes, or of a domain. */
  void node(Protobuf node) {
    graph.message(1, node);
  }

  private static Protobuf value(String name, int type, int dimensions) {
    Protobuf shape = new Protobuf();
    for (int i = 0; i < dimensions; i++) {
      shape.message(1, new Protobuf().text(2, name + i));
    }
    Protobuf tensor = new Protobuf().number(1, type).message(2, shape);
    return new Protobuf().text(1, name).message(2, new Protobuf().message(1, tensor));
  }

  byte[] model() {
    graph.text(2, "tiny");
    Protobuf model = new Protobuf().number(1, 9).message(7, graph);
    model.message(8, new Protobuf().text(1, "").number(2, 19));
    model.message(8, new Protobuf().text(1, "com.microsoft").number(2, 1));
    if (!domain.isEmpty()) {
      model.message(8, new Protobuf().text(1, domain).number(2, 1));
    }
    return model.toBytes();
  }
}
