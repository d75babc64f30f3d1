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
import dev.prefstream.scorer.bundle.BundleText;
import dev.prefstream.scorer.bundle.GoldenCheck;
import dev.prefstream.scorer.bundle.ModelBundle;
import dev.prefstream.scorer.model.Calibration;
import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.model.ModelIdentity;
import dev.prefstream.scorer.model.ModelSession;
import dev.prefstream.scorer.model.ScoringModel;
import dev.prefstream.scorer.model.ScoringText;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A bundle's network on ONNX Runtime. The weights are held once, however many sessions are opened:
 * the runtime lets many threads run one network at a time, each on its own thread alone.
 */
public final class OnnxScoringModel implements ScoringModel {

  private final ModelBundle bundle;
  private final Execution execution;
  private final BundleText text;
  private final OrtEnvironment environment;
  private final OrtSession session;

  private OnnxScoringModel(
      ModelBundle bundle,
      Execution execution,
      BundleText text,
      OrtEnvironment environment,
      OrtSession session) {
    this.bundle = bundle;
    this.execution = execution;
    this.text = text;
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
    BundleText text = BundleText.of(bundle);
    OrtSession session;
    OrtEnvironment environment = OnnxRuntime.environment();
    try {
      session = SessionSettings.open(environment, bundle, execution);
    } catch (OrtException e) {
      text.close();
      throw unopened(bundle, e);
    } catch (RuntimeException e) {
      text.close();
      throw e;
    }
    OnnxScoringModel model = new OnnxScoringModel(bundle, execution, text, environment, session);
    try {
      model.checkFace();
      GoldenCheck.run(bundle, model);
      return model;
    } catch (OrtException e) {
      model.close();
      throw unopened(bundle, e);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private static BundleException unopened(ModelBundle bundle, OrtException e) {
    return new BundleException(
        bundle.folder(),
        "ONNX Runtime cannot open %s (%s): check that it is an ONNX model"
            .formatted(bundle.manifest().model().file(), e.getMessage()),
        e);
  }

  @Override
  public ModelIdentity identity() {
    return bundle.identity();
  }

  @Override
  public Calibration calibration() {
    return text.calibration();
  }

  @Override
  public ScoringText text(ScoringRequest request) {
    return text.text(request);
  }

  @Override
  public EncodedText encode(ScoringText source) {
    return text.encode(source);
  }

  @Override
  public int paddedLength(int cost) {
    return text.givesIds() && execution.provider() != Provider.CPU
        ? PaddedLengths.round(cost, text.maxCost())
        : cost;
  }

  @Override
  public int maxCost() {
    return text.maxCost();
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
      text.close();
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
    Set<String> outputs = Outputs.names(model.output(), true);
    if (!session.getOutputNames().containsAll(outputs)) {
      throw new BundleException(
          bundle.folder(),
          "%s has the outputs %s, expected %s as bundle.json says: correct model.output or export the model again"
              .formatted(
                  model.file(),
                  new TreeSet<>(session.getOutputNames()),
                  String.join(" and ", new TreeSet<>(outputs))));
    }
  }
}
