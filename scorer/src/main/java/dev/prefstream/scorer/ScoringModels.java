package dev.prefstream.scorer;

import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.config.ConfigurationException;
import dev.prefstream.scorer.bundle.ModelBundle;
import dev.prefstream.scorer.model.RowByRowModel;
import dev.prefstream.scorer.model.ScoringModel;
import dev.prefstream.scorer.model.WithoutEmbeddings;
import dev.prefstream.scorer.onnx.Execution;
import dev.prefstream.scorer.onnx.OnnxScoringModel;
import dev.prefstream.scorer.remote.BearerToken;
import dev.prefstream.scorer.remote.RemoteAccess;
import dev.prefstream.scorer.remote.RemoteScoringModel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens bundles by what runs them: ONNX Runtime here, or a server. */
public final class ScoringModels {

  private static final Logger log = LoggerFactory.getLogger(ScoringModels.class);

  private ScoringModels() {}

  /**
   * A model that has passed its bundle's golden cases; the caller closes it.
   *
   * @throws dev.prefstream.scorer.bundle.BundleException when it has not
   * @throws dev.prefstream.scorer.onnx.ProviderException when the machine lacks the provider
   * @throws ConfigurationException when there is no token where the configuration says
   */
  public static ScoringModel open(ModelBundle bundle, Configuration configuration) {
    ScoringModel model =
        bundle.manifest().model().remote() == null
            ? OnnxScoringModel.open(bundle, execution(configuration))
            : RemoteScoringModel.open(bundle, access(configuration));
    boolean invariant = bundle.manifest().model().isBatchInvariant();
    log.atInfo()
        .addKeyValue("model", bundle.identity())
        .addKeyValue("folder", bundle.folder())
        .addKeyValue("remote", model.remote())
        .addKeyValue("rowByRow", !invariant)
        .log("model opened");
    boolean embeds = bundle.manifest().model().output().embedding() != null;
    if (embeds && !configuration.get(ScorerOptions.EMBEDDINGS)) {
      model = new WithoutEmbeddings(model);
    }
    return invariant ? model : new RowByRowModel(model);
  }

  static Execution execution(Configuration configuration) {
    return new Execution(
        configuration.get(ScorerOptions.PROVIDER),
        configuration.get(ScorerOptions.DEVICE),
        configuration.get(ScorerOptions.DEVICE_MEMORY));
  }

  private static RemoteAccess access(Configuration configuration) {
    BearerToken token;
    try {
      token = BearerToken.of(configuration.get(ScorerOptions.REMOTE_TOKEN), System.getenv());
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(String.valueOf(e.getMessage()), e);
    }
    return new RemoteAccess(
        configuration.get(ScorerOptions.REMOTE_ENDPOINTS),
        configuration.get(ScorerOptions.REMOTE_TIMEOUT),
        configuration.get(ScorerOptions.REMOTE_START_TIMEOUT),
        configuration.get(ScorerOptions.REMOTE_GOLDEN_INTERVAL),
        token);
  }
}
