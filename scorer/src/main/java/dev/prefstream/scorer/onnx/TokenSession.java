package dev.prefstream.scorer.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.prefstream.scorer.bundle.BundleManifest;
import dev.prefstream.scorer.model.EncodedText;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Gives token ids to the network from direct buffers that are used again for every batch. */
final class TokenSession extends OnnxSession {

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final BundleManifest.Model model;
  private final long padId;
  private final Map<String, LongBuffer> buffers = new HashMap<>();

  TokenSession(
      OrtEnvironment environment, OrtSession session, BundleManifest.Model model, int padId) {
    this.environment = environment;
    this.session = session;
    this.model = model;
    this.padId = padId;
  }

  @Override
  Answer run(List<EncodedText> batch, int paddedLength, boolean withEmbeddings) {
    long[] shape = {batch.size(), paddedLength};
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      for (String name : model.inputs()) {
        inputs.put(
            name, OnnxTensor.createTensor(environment, fill(name, batch, paddedLength), shape));
      }
      try (OrtSession.Result result =
          session.run(inputs, Outputs.names(model.output(), withEmbeddings))) {
        return Outputs.answer(result, model.output(), batch.size());
      }
    } catch (OrtException e) {
      throw Outputs.failure(e, batch.size(), paddedLength);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private LongBuffer fill(String name, List<EncodedText> batch, int paddedLength) {
    int size = Math.multiplyExact(batch.size(), paddedLength);
    LongBuffer buffer = buffers.get(name);
    if (buffer == null || buffer.capacity() < size) {
      buffer =
          ByteBuffer.allocateDirect(Math.multiplyExact(Math.max(size, 1 << 12), Long.BYTES))
              .order(ByteOrder.nativeOrder())
              .asLongBuffer();
      buffers.put(name, buffer);
    }
    buffer.clear();
    for (EncodedText row : batch) {
      int length = row.ids().length;
      switch (name) {
        case "input_ids" -> {
          buffer.put(row.ids());
          repeat(buffer, padId, paddedLength - length);
        }
        case "attention_mask" -> {
          repeat(buffer, 1, length);
          repeat(buffer, 0, paddedLength - length);
        }
        default -> {
          long[] segments = row.segments();
          if (segments == null) {
            repeat(buffer, 0, paddedLength);
          } else {
            buffer.put(segments);
            repeat(buffer, 0, paddedLength - length);
          }
        }
      }
    }
    return buffer.flip();
  }

  private static void repeat(LongBuffer buffer, long value, int times) {
    for (int i = 0; i < times; i++) {
      buffer.put(value);
    }
  }

  @Override
  public void close() {
    buffers.clear();
  }
}
