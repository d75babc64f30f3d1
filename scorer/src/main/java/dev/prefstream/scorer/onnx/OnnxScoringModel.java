package dev.prefstream.scorer.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.scorer.bundle.BundleException;
import dev.prefstream.scorer.bundle.BundleManifest;
import dev.prefstream.scorer.bundle.ModelBundle;
import dev.prefstream.scorer.model.Calibration;
import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.model.ModelIdentity;
import dev.prefstream.scorer.model.ModelSession;
import dev.prefstream.scorer.model.ScoringModel;
import dev.prefstream.scorer.model.ScoringText;
import dev.prefstream.scorer.text.Template;
import dev.prefstream.scorer.text.TextEncoder;
import dev.prefstream.scorer.text.Truncation;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A bundle's network on ONNX Runtime. The weights are held once, however many sessions are opened:
 * the runtime lets many threads run one network at a time, each on its own thread alone.
 */
public final class OnnxScoringModel implements ScoringModel {

  /** Longest text in characters, over four, that a model that reads text may be given at once. */
  private static final int MAX_TEXT_COST = 1 << 20;

  private final ModelBundle bundle;
  private final Execution execution;
  private final Template template;
  private final Calibration calibration;
  private final @Nullable TextEncoder encoder;
  private final OrtEnvironment environment;
  private final OrtSession session;

  private OnnxScoringModel(
      ModelBundle bundle,
      Execution execution,
      @Nullable TextEncoder encoder,
      OrtEnvironment environment,
      OrtSession session) {
    this.bundle = bundle;
    this.execution = execution;
    this.template =
        new Template(bundle.manifest().template().text(), bundle.manifest().template().pair());
    this.calibration =
        new Calibration(
            bundle.manifest().calibration().temperature(), bundle.manifest().calibration().bias());
    this.encoder = encoder;
    this.environment = environment;
    this.session = session;
  }

  /**
   * Opens the bundle's network, checks its inputs and outputs against {@code bundle.json}, and runs
   * the golden cases.
   *
   * @throws BundleException when the network is not what the bundle says, or gives other numbers
   * @throws ProviderException when this machine or build lacks the provider
   */
  public static OnnxScoringModel open(ModelBundle bundle, Execution execution) {
    TextEncoder encoder = encoder(bundle);
    OrtEnvironment environment = OnnxRuntime.environment();
    try {
      OrtSession session = SessionSettings.open(environment, bundle, execution);
      OnnxScoringModel model =
          new OnnxScoringModel(bundle, execution, encoder, environment, session);
      try {
        model.checkFace();
        GoldenCheck.run(bundle, model);
        return model;
      } catch (RuntimeException | OrtException e) {
        model.close();
        throw e;
      }
    } catch (OrtException e) {
      if (encoder != null) {
        encoder.close();
      }
      throw new BundleException(
          bundle.folder(),
          "ONNX Runtime cannot open %s (%s): check that it is an ONNX model"
              .formatted(bundle.manifest().model().file(), e.getMessage()),
          e);
    }
  }

  @Override
  public ModelIdentity identity() {
    return bundle.identity();
  }

  @Override
  public Calibration calibration() {
    return calibration;
  }

  @Override
  public ScoringText text(ScoringRequest request) {
    return template.apply(request);
  }

  @Override
  public EncodedText encode(ScoringText text) {
    return encoder == null ? EncodedText.ofSource(text) : encoder.encode(text);
  }

  @Override
  public int paddedLength(int cost) {
    return encoder == null || execution.provider() == Provider.CPU
        ? cost
        : PaddedLengths.round(cost, encoder.maxLength());
  }

  @Override
  public int maxCost() {
    return encoder == null ? MAX_TEXT_COST : encoder.maxLength();
  }

  @Override
  public ModelSession openSession() {
    BundleManifest.TokenizerFile tokenizer = bundle.manifest().tokenizer();
    return tokenizer == null
        ? new TextSession(environment, session, bundle.manifest().model())
        : new TokenSession(environment, session, bundle.manifest().model(), tokenizer.padId());
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("cannot close " + identity(), e);
    } finally {
      if (encoder != null) {
        encoder.close();
      }
    }
  }

  private static @Nullable TextEncoder encoder(ModelBundle bundle) {
    BundleManifest.TokenizerFile tokenizer = bundle.manifest().tokenizer();
    if (tokenizer == null) {
      return null;
    }
    try {
      return new TextEncoder(
          bundle.tokenizer(), new Truncation(tokenizer.maxLength(), tokenizer.keptFromHead()));
    } catch (IllegalArgumentException e) {
      throw new BundleException(bundle.folder(), tokenizer.file() + ": " + e.getMessage(), e);
    }
  }

  private void checkFace() throws OrtException {
    BundleManifest.Model model = bundle.manifest().model();
    Map<String, NodeInfo> inputs = session.getInputInfo();
    if (!inputs.keySet().equals(Set.copyOf(model.inputs())) && !model.readsText()) {
      throw new BundleException(
          bundle.folder(),
          "%s has the inputs %s, expected %s as bundle.json says: correct model.inputs or export the model again"
              .formatted(model.file(), new TreeSet<>(inputs.keySet()), model.inputs()));
    }
    if (model.readsText() && inputs.size() != 1) {
      throw new BundleException(
          bundle.folder(),
          "%s has the inputs %s, expected one of text"
              .formatted(model.file(), new TreeSet<>(inputs.keySet())));
    }
    OnnxJavaType wanted = model.readsText() ? OnnxJavaType.STRING : OnnxJavaType.INT64;
    for (NodeInfo input : inputs.values()) {
      if (!(input.getInfo() instanceof TensorInfo tensor) || tensor.type != wanted) {
        throw new BundleException(
            bundle.folder(),
            "%s: input %s is %s, expected a tensor of %s"
                .formatted(model.file(), input.getName(), input.getInfo(), wanted));
      }
    }
    if (!session.getOutputNames().contains(model.output().name())) {
      throw new BundleException(
          bundle.folder(),
          "%s has the outputs %s, expected %s as bundle.json says: correct model.output.name or export the model again"
              .formatted(
                  model.file(), new TreeSet<>(session.getOutputNames()), model.output().name()));
    }
  }
}
