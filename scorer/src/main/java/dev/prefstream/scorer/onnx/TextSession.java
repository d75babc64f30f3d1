package dev.prefstream.scorer.onnx;

import static java.util.Objects.requireNonNull;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.prefstream.scorer.bundle.BundleManifest;
import dev.prefstream.scorer.model.EncodedText;
import java.util.List;
import java.util.Map;

/** Gives text itself to a network that holds its own tokenizer, as one string tensor. */
final class TextSession extends OnnxSession {

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final BundleManifest.Model model;

  TextSession(OrtEnvironment environment, OrtSession session, BundleManifest.Model model) {
    this.environment = environment;
    this.session = session;
    this.model = model;
  }

  @Override
  Answer run(List<EncodedText> batch, int paddedLength, boolean withEmbeddings) {
    String[] texts = new String[batch.size()];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = requireNonNull(batch.get(i).source(), "a text").text();
    }
    try {
      NodeInfo input = session.getInputInfo().values().iterator().next();
      boolean column = ((TensorInfo) input.getInfo()).getShape().length == 2;
      long[] shape = column ? new long[] {texts.length, 1} : new long[] {texts.length};
      try (OnnxTensor tensor = OnnxTensor.createTensor(environment, texts, shape);
          OrtSession.Result result =
              session.run(
                  Map.of(input.getName(), tensor), Outputs.names(model.output(), withEmbeddings))) {
        return Outputs.answer(result, model.output(), texts.length);
      }
    } catch (OrtException e) {
      throw Outputs.failure(e, texts.length, paddedLength);
    }
  }

  @Override
  public void close() {
    // Nothing is kept between batches.
  }
}
