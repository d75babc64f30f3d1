package dev.prefstream.scorer.remote;

import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.scorer.bundle.BundleException;
import dev.prefstream.scorer.bundle.BundleManifest;
import dev.prefstream.scorer.bundle.BundleText;
import dev.prefstream.scorer.bundle.GoldenCase;
import dev.prefstream.scorer.bundle.GoldenCheck;
import dev.prefstream.scorer.bundle.ModelBundle;
import dev.prefstream.scorer.bundle.RemoteModel;
import dev.prefstream.scorer.model.Calibration;
import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.model.ModelIdentity;
import dev.prefstream.scorer.model.ModelSession;
import dev.prefstream.scorer.model.ScoringModel;
import dev.prefstream.scorer.model.ScoringText;
import dev.prefstream.scorer.onnx.PaddedLengths;
import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A bundle whose network a server has. The hash of its identity covers what the bundle holds: text
 * side, calibration and golden cases, not the server's weights. That these are the right ones is
 * checked by the golden cases when it is opened, and by one of them again and again while it
 * serves.
 */
public final class RemoteScoringModel implements ScoringModel {

  private static final long FIRST_WAIT_MILLIS = 100;
  private static final long LAST_WAIT_MILLIS = 5_000;

  private final ModelBundle bundle;
  private final RemoteModel remote;
  private final RemoteAccess access;
  private final BundleText text;
  private final ServedNetwork network;
  private @Nullable Canary canary;

  private RemoteScoringModel(
      ModelBundle bundle,
      RemoteModel remote,
      RemoteAccess access,
      BundleText text,
      ServedNetwork network) {
    this.bundle = bundle;
    this.remote = remote;
    this.access = access;
    this.text = text;
    this.network = network;
  }

  /**
   * Waits until the server has the model ready, checks what it takes, and runs the golden cases.
   *
   * @throws BundleException when the server does not come, has not the model, or gives other
   *     numbers
   */
  public static RemoteScoringModel open(ModelBundle bundle, RemoteAccess access) {
    RemoteModel remote = bundle.manifest().model().remote();
    if (remote == null) {
      throw new IllegalArgumentException(bundle.identity() + " is not on a server");
    }
    URI endpoint =
        access
            .endpoint(bundle.identity().task(), remote)
            .orElseThrow(
                () ->
                    new BundleException(
                        bundle.folder(),
                        "found no endpoint for its server: set scorer.remote.endpoints"));
    InferenceServer server = new InferenceServer(endpoint, access.timeout(), access.token());
    BundleText text = BundleText.of(bundle);
    try {
      ServedNetwork network = connect(bundle, remote, server, access);
      RemoteScoringModel model = new RemoteScoringModel(bundle, remote, access, text, network);
      GoldenCheck.run(bundle, model);
      model.canary = model.canary();
      return model;
    } catch (RuntimeException e) {
      text.close();
      throw e;
    }
  }

  private static ServedNetwork connect(
      ModelBundle bundle, RemoteModel remote, InferenceServer server, RemoteAccess access) {
    BundleManifest.Model model = bundle.manifest().model();
    BundleManifest.TokenizerFile tokenizer = bundle.manifest().tokenizer();
    long until = System.nanoTime() + access.startTimeout().toNanos();
    long wait = FIRST_WAIT_MILLIS;
    while (true) {
      try {
        return remote.protocol().equals(RemoteModel.OPEN_INFERENCE)
            ? OpenInference.connect(
                server, model, remote, tokenizer == null ? 0 : tokenizer.padId())
            : Vllm.connect(server, model, remote);
      } catch (RemoteFailure e) {
        boolean worthWaiting =
            e.blame() != RemoteFailure.Blame.REQUEST
                && !e.accessRefused()
                && System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(wait) < until;
        if (!worthWaiting || !slept(wait)) {
          throw new BundleException(bundle.folder(), e.inFull(), e);
        }
        wait = Math.min(LAST_WAIT_MILLIS, 2 * wait);
      }
    }
  }

  private static boolean slept(long millis) {
    try {
      Thread.sleep(millis);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The cheapest golden case. */
  private Canary canary() {
    GoldenCase golden =
        bundle.golden().stream()
            .min(Comparator.comparingInt((GoldenCase it) -> encode(it.source()).cost()))
            .orElseThrow();
    EncodedText encoded = encode(golden.source());
    return new Canary(
        network,
        encoded,
        paddedLength(encoded.cost()),
        golden.logit(),
        bundle.manifest().golden().tolerance());
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
    if (!text.givesIds() || !remote.protocol().equals(RemoteModel.OPEN_INFERENCE)) {
      return cost;
    }
    List<Integer> lengths = remote.lengths();
    if (lengths != null) {
      return lengths.stream().filter(length -> length >= cost).findFirst().orElse(cost);
    }
    return PaddedLengths.round(cost, text.maxCost());
  }

  @Override
  public int maxCost() {
    return text.maxCost();
  }

  @Override
  public boolean remote() {
    return true;
  }

  @Override
  public ModelSession openSession() {
    return new RemoteSession(network, canary, access.goldenInterval(), System::nanoTime);
  }

  @Override
  public void close() {
    text.close();
  }
}
