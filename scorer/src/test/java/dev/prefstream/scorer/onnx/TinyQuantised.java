package dev.prefstream.scorer.onnx;

import static dev.prefstream.scorer.onnx.TinyNetwork.FLOAT;
import static dev.prefstream.scorer.onnx.TinyNetwork.FLOAT16;
import static dev.prefstream.scorer.onnx.TinyNetwork.INT64;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** {@link TinyNetwork}'s mean of embeddings in the number formats that models come in. */
final class TinyQuantised {

  private static final int UINT8 = 2;
  private static final int INT8 = 3;
  private static final int IDS = 16;
  private static final int FIRST_WORD = 4;
  private static final int BLOCK = 32;

  private TinyQuantised() {}

  /** Everything in fp16. */
  static byte[] halfPrecision() {
    TinyNetwork tiny = new TinyNetwork();
    ByteBuffer table = ByteBuffer.allocate(2 * IDS).order(ByteOrder.LITTLE_ENDIAN);
    for (int id = 0; id < IDS; id++) {
      table.putShort(half(embedding(id)));
    }
    tiny.tensor("table", FLOAT16, table.array(), IDS);
    mean(tiny, FLOAT16);
    tiny.node("MatMul", "logits", "mean", "weights");
    ByteBuffer one = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN).putShort(half(1));
    tiny.tensor("weights", FLOAT16, one.array(), 1, 1);
    tiny.output("logits", FLOAT16, 2);
    return tiny.model();
  }

  /** An embedding table of int8 with one scale, computed on in fp32. */
  static byte[] int8Table() {
    TinyNetwork tiny = new TinyNetwork();
    byte[] table = new byte[IDS];
    for (int id = 0; id < IDS; id++) {
      table[id] = (byte) embedding(id);
    }
    tiny.tensor("quantised", INT8, table, IDS);
    tiny.tensor("scale", FLOAT, Protobuf.floats(1));
    tiny.tensor("zero", INT8, new byte[] {0});
    tiny.node("DequantizeLinear", "table", "quantised", "scale", "zero");
    mean(tiny, FLOAT);
    tiny.node("Identity", "logits", "mean");
    tiny.output("logits", FLOAT, 2);
    return tiny.model();
  }

  /** A product with weights of int8 in blocks of 32: each adds a 32nd of the mean. */
  static byte[] int8Blocks() {
    TinyNetwork tiny = new TinyNetwork();
    float[] table = new float[IDS];
    for (int id = 0; id < IDS; id++) {
      table[id] = embedding(id);
    }
    tiny.tensor("table", FLOAT, Protobuf.floats(table), IDS);
    mean(tiny, FLOAT);
    tiny.tensor("wide", INT64, Protobuf.longs(1, BLOCK), 2);
    tiny.node("Expand", "row", "mean", "wide");
    byte[] ones = new byte[BLOCK];
    Arrays.fill(ones, (byte) 129); // Zero is at 128.
    tiny.tensor("blocks", UINT8, ones, 1, 1, BLOCK);
    tiny.tensor("scales", FLOAT, Protobuf.floats(1f / BLOCK), 1);
    tiny.node(
        new Protobuf()
            .text(1, "row")
            .text(1, "blocks")
            .text(1, "scales")
            .text(2, "logits")
            .text(3, "product")
            .text(4, "MatMulNBits")
            .message(5, TinyNetwork.attribute("K", BLOCK))
            .message(5, TinyNetwork.attribute("N", 1))
            .message(5, TinyNetwork.attribute("bits", 8))
            .message(5, TinyNetwork.attribute("block_size", BLOCK))
            .text(7, "com.microsoft"));
    tiny.output("logits", FLOAT, 2);
    return tiny.model();
  }

  /** The mean squeezed into eight bits with a scale that holds for the whole batch. */
  static byte[] dynamic() {
    TinyNetwork tiny = new TinyNetwork();
    float[] table = new float[IDS];
    for (int id = 0; id < IDS; id++) {
      table[id] = id == FIRST_WORD + 9 ? 900 : embedding(id);
    }
    tiny.tensor("table", FLOAT, Protobuf.floats(table), IDS);
    mean(tiny, FLOAT);
    tiny.node(
        new Protobuf()
            .text(1, "mean")
            .text(2, "small")
            .text(2, "scale")
            .text(2, "zero")
            .text(3, "squeeze")
            .text(4, "DynamicQuantizeLinear"));
    tiny.node("DequantizeLinear", "logits", "small", "scale", "zero");
    tiny.output("logits", FLOAT, 2);
    return tiny.model();
  }

  private static void mean(TinyNetwork tiny, int type) {
    tiny.node("Gather", "embedded", "table", "input_ids");
    tiny.node("Cast", "mask", TinyNetwork.attribute("to", type), "attention_mask");
    tiny.node("Mul", "masked", "embedded", "mask");
    tiny.node("ReduceSum", "sum", "masked", "axes");
    tiny.node("ReduceSum", "count", "mask", "axes");
    tiny.node("Div", "mean", "sum", "count");
    tiny.tensor("axes", INT64, Protobuf.longs(1), 1);
    tiny.input("input_ids", INT64, 2);
    tiny.input("attention_mask", INT64, 2);
  }

  /** Of w0 to w9 their number, else 0. */
  private static float embedding(int id) {
    return id >= FIRST_WORD && id < FIRST_WORD + 10 ? id - FIRST_WORD : 0;
  }

  /** The number in fp16; exact for small whole numbers. */
  private static short half(float number) {
    int bits = Float.floatToIntBits(number);
    return number == 0 ? 0 : (short) (((bits >>> 23) - 112 << 10) | (bits >>> 13 & 0x3FF));
  }
}
