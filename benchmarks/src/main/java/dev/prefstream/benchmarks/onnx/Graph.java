package dev.prefstream.benchmarks.onnx;

import ai.onnxruntime.platform.Fp16Conversions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** An ONNX graph under construction: each operator returns the name of its output. */
final class Graph {

  static final int FLOAT = 1;
  private static final int FLOAT16 = 10;
  private static final int INT64 = 7;
  private static final int IR_VERSION = 8;
  private static final int OPSET = 17;

  /** An attribute of an operator; the numbers are ONNX' names for its types. */
  record Attribute(String name, Proto value) {

    static Attribute real(String name, float value) {
      return new Attribute(name, new Proto().text(1, name).real(2, value).number(20, 1));
    }

    static Attribute number(String name, long value) {
      return new Attribute(name, new Proto().text(1, name).number(3, value).number(20, 2));
    }

    static Attribute numbers(String name, long... values) {
      Proto proto = new Proto().text(1, name);
      for (long value : values) {
        proto.number(8, value);
      }
      return new Attribute(name, proto.number(20, 7));
    }
  }

  private final Proto graph = new Proto().text(2, "transformer");
  private final Random random;
  private final boolean half;
  private int names;
  private long parameters;

  /**
   * @param half whether weights are fp16 instead of fp32
   */
  Graph(long seed, boolean half) {
    this.random = new Random(seed);
    this.half = half;
  }

  /** Number of weights. */
  long parameters() {
    return parameters;
  }

  String node(String operator, List<String> inputs, Attribute... attributes) {
    String output = operator + "_" + names++;
    Proto node = new Proto();
    inputs.forEach(input -> node.text(1, input));
    node.text(2, output).text(3, output).text(4, operator);
    for (Attribute attribute : attributes) {
      node.message(5, attribute.value());
    }
    graph.message(1, node);
    return output;
  }

  /** Normally distributed weights. */
  String weights(double deviation, int... dimensions) {
    return weights(() -> (float) (random.nextGaussian() * deviation), dimensions);
  }

  /** The same value everywhere; counted as weights. */
  String filled(float value, int... dimensions) {
    return weights(() -> value, dimensions);
  }

  String scalar(float value) {
    ByteBuffer raw = raw(1);
    put(raw, value);
    return tensor(type(), raw.array());
  }

  /** ONNX' number for the weights' type. */
  int type() {
    return half ? FLOAT16 : FLOAT;
  }

  private String weights(Supplier<Float> values, int... dimensions) {
    int size = size(dimensions);
    ByteBuffer raw = raw(size);
    for (int i = 0; i < size; i++) {
      put(raw, values.get());
    }
    parameters += size;
    return tensor(type(), raw.array(), dimensions);
  }

  private ByteBuffer raw(int size) {
    return ByteBuffer.allocate(size * (half ? Short.BYTES : Float.BYTES))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private void put(ByteBuffer raw, float value) {
    if (half) {
      raw.putShort(Fp16Conversions.floatToFp16(value));
    } else {
      raw.putFloat(value);
    }
  }

  String longs(long... values) {
    ByteBuffer raw = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      raw.putLong(value);
    }
    return tensor(INT64, raw.array(), values.length);
  }

  /** An input of ids, [rows, tokens]. */
  void input(String name) {
    graph.message(11, value(name, INT64, "rows", "tokens"));
  }

  /** The output of floats, [rows, 1], as the last operator. */
  void output(String name, String from) {
    graph.message(1, new Proto().text(1, from).text(2, name).text(3, name).text(4, "Identity"));
    graph.message(12, value(name, FLOAT, "rows", "one"));
  }

  /** The whole model. */
  byte[] model() {
    return new Proto()
        .number(1, IR_VERSION)
        .text(2, "prefstream-benchmarks")
        .message(7, graph)
        .message(8, new Proto().text(1, "").number(2, OPSET))
        .toByteArray();
  }

  private String tensor(int type, byte[] raw, int... dimensions) {
    String name = "w_" + names++;
    Proto tensor = new Proto();
    for (int dimension : dimensions) {
      tensor.number(1, dimension);
    }
    graph.message(5, tensor.number(2, type).text(8, name).bytes(9, raw));
    return name;
  }

  private static Proto value(String name, int type, String... dimensions) {
    Proto shape = new Proto();
    for (String dimension : dimensions) {
      shape.message(1, new Proto().text(2, dimension));
    }
    Proto tensor = new Proto().number(1, type).message(2, shape);
    return new Proto().text(1, name).message(2, new Proto().message(1, tensor));
  }

  private static int size(int[] dimensions) {
    int size = 1;
    for (int dimension : dimensions) {
      size = Math.multiplyExact(size, dimension);
    }
    return size;
  }
}
