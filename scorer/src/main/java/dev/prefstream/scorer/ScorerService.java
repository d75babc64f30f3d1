package dev.prefstream.scorer;

import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.kafka.KafkaOptions;
import dev.prefstream.runtime.service.Health;
import dev.prefstream.runtime.service.Service;
import dev.prefstream.scorer.bundle.BundleFolders;
import dev.prefstream.scorer.bundle.ModelBundle;
import dev.prefstream.scorer.loop.ScoringStage;
import dev.prefstream.scorer.model.BudgetCalibration;
import dev.prefstream.scorer.model.ScoringModel;
import dev.prefstream.scorer.model.WarmUp;
import dev.prefstream.scorer.onnx.Provider;
import dev.prefstream.scorer.pack.Packing;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The scoring stage as a service. */
public final class ScorerService implements Service {

  private static final Logger log = LoggerFactory.getLogger(ScorerService.class);

  private static final int GPU_BUDGET = 16_384;
  private static final int GPU_LAUNCH_TOKENS = 1_024;
  private static final int CPU_LAUNCH_TOKENS = 16;
  private static final int REMOTE_SESSIONS = 4;
  private static final int MAX_PASSED_OVER = 4;
  private static final int MAX_TURNS = 4;

  /** Tokens that are never too many to wait: some 60 ms of work for two cores and a small model. */
  private static final long LEAST_QUEUE = 16_384;

  private final ScoringStage stage;

  private ScorerService(ScoringStage stage) {
    this.stage = stage;
  }

  /**
   * Loads and checks the model bundles that the configuration names. Takes no records yet.
   *
   * @throws dev.prefstream.scorer.bundle.BundleException when a bundle may not serve
   * @throws dev.prefstream.scorer.onnx.ProviderException when the machine lacks the provider
   */
  public static ScorerService create(
      Configuration configuration, Installation installation, MeterRegistry meters) {
    return serving(configuration, installation, open(configuration), () -> true, meters);
  }

  /**
   * Serves models that are open already, one for each task; the service closes them. Takes no
   * records yet.
   *
   * @param routes whether a ticket's routing goes with its score; asked for each ticket, by many
   *     threads. A ticket that is scored while it says no is never routed: for benchmarks
   */
  public static ScorerService serving(
      Configuration configuration,
      Installation installation,
      List<? extends ScoringModel> models,
      BooleanSupplier routes,
      MeterRegistry meters) {
    int budget = tokenBudget(configuration, models);
    boolean remote = models.stream().anyMatch(ScoringModel::remote);
    return new ScorerService(
        new ScoringStage(
            settings(configuration, budget, remote),
            installation,
            models,
            folder -> warmed(ScoringModels.open(ModelBundle.load(folder), configuration), budget),
            routes,
            meters));
  }

  @Override
  public String name() {
    return "scoring";
  }

  @Override
  public void start() {
    stage.start();
  }

  @Override
  public Health health() {
    return stage.health();
  }

  @Override
  public void close() {
    stage.close();
  }

  private static List<ScoringModel> open(Configuration configuration) {
    List<ScoringModel> models = new ArrayList<>();
    try {
      for (ModelBundle bundle :
          BundleFolders.load(configuration.get(ScorerOptions.MODELS)).values()) {
        models.add(ScoringModels.open(bundle, configuration));
      }
      return models;
    } catch (RuntimeException e) {
      models.forEach(ScoringModel::close);
      throw e;
    }
  }

  /** The configured budget, or a measured one on a CPU, or what fits a GPU. Warms the models. */
  private static int tokenBudget(Configuration configuration, List<? extends ScoringModel> models) {
    int budget = configuration.get(ScorerOptions.TOKEN_BUDGET);
    if (budget == 0) {
      Optional<? extends ScoringModel> onCores =
          configuration.get(ScorerOptions.PROVIDER) == Provider.CPU
              ? models.stream().filter(model -> !model.remote()).findFirst()
              : Optional.empty();
      budget = onCores.map(BudgetCalibration::measure).orElse(GPU_BUDGET);
      log.atInfo().addKeyValue("tokens", budget).log("token budget chosen");
    }
    for (ScoringModel model : models) {
      warmed(model, budget);
    }
    return budget;
  }

  /** A server warms itself; the golden cases have been through it. */
  private static ScoringModel warmed(ScoringModel model, int budget) {
    if (!model.remote()) {
      WarmUp.run(model, budget);
    }
    return model;
  }

  /** How the stage runs under this configuration with this budget of padded tokens. */
  public static ScoringStage.Settings settings(Configuration configuration, int budget) {
    return settings(configuration, budget, false);
  }

  /**
   * @param remote whether a server has one of the models
   */
  static ScoringStage.Settings settings(Configuration configuration, int budget, boolean remote) {
    boolean cpu = configuration.get(ScorerOptions.PROVIDER) == Provider.CPU && !remote;
    int cores = Runtime.getRuntime().availableProcessors();
    int byDefault = remote ? Math.max(REMOTE_SESSIONS, cores) : cpu ? cores : 1;
    int sessions = orElse(configuration.get(ScorerOptions.SESSIONS), byDefault);
    return new ScoringStage.Settings(
        new Packing(
            budget,
            configuration.get(ScorerOptions.MAX_ROWS),
            configuration.get(ScorerOptions.MAX_WAIT).toNanos(),
            cpu ? CPU_LAUNCH_TOKENS : GPU_LAUNCH_TOKENS,
            MAX_PASSED_OVER,
            MAX_TURNS),
        sessions,
        orElse(configuration.get(ScorerOptions.TOKENISERS), Math.max(1, cores / 2)),
        !cpu,
        Math.max(LEAST_QUEUE, (long) budget * sessions),
        configuration.get(KafkaOptions.COMMIT_INTERVAL),
        configuration.get(ScorerOptions.EPOCH_TIME),
        configuration.get(ScorerOptions.EPOCH_RECORDS),
        configuration.get(KafkaOptions.TRANSACTION_TIMEOUT),
        configuration.get(ScorerOptions.BREAKER_WINDOW),
        configuration.get(ScorerOptions.BREAKER_SHARE));
  }

  private static int orElse(int configured, int byDefault) {
    return configured == 0 ? byDefault : configured;
  }
}
