package dev.prefstream.cli.evaluate;

import dev.prefstream.cli.CommandFailure;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.scorer.ScorerOptions;
import dev.prefstream.scorer.ScoringModels;
import dev.prefstream.scorer.bundle.BundleException;
import dev.prefstream.scorer.bundle.BundleFolders;
import dev.prefstream.scorer.bundle.ModelBundle;
import dev.prefstream.scorer.model.BudgetCalibration;
import dev.prefstream.scorer.model.Calibration;
import dev.prefstream.scorer.model.DirectScorer;
import dev.prefstream.scorer.model.Judgement;
import dev.prefstream.scorer.model.ModelIdentity;
import dev.prefstream.scorer.model.ScoringModel;
import dev.prefstream.scorer.model.ScoringText;
import dev.prefstream.scorer.model.Task;
import dev.prefstream.scorer.model.WarmUp;
import dev.prefstream.scorer.onnx.Provider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The model under test, opened as the scorer opens it. For one thread. */
public final class Judge implements AutoCloseable {

  private static final int GPU_BUDGET = 16_384;

  private final ScoringModel model;
  private final DirectScorer scorer;
  private final Throughput.Sample sample = new Throughput.Sample();

  private Judge(ScoringModel model, int budget) {
    this.model = model;
    this.scorer = new DirectScorer(model, budget);
  }

  /**
   * Opens and warms the bundle for a task.
   *
   * @param folder a bundle, or a folder of bundles; null for those that the configuration names
   * @throws CommandFailure when the folder is no bundle, or none for this task
   * @throws BundleException when the bundle may not serve
   */
  public static Judge open(Configuration configuration, @Nullable Path folder, Task task) {
    if (folder != null) {
      requireBundle(folder);
    }
    Map<Task, ModelBundle> bundles =
        BundleFolders.load(
            folder == null ? configuration.get(ScorerOptions.MODELS) : List.of(folder.toString()));
    ModelBundle bundle = bundles.get(task);
    if (bundle == null) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "%s has a bundle for %s, expected one for %s: give its folder with --model"
              .formatted(
                  folder == null ? configuration.get(ScorerOptions.MODELS) : folder,
                  bundles.keySet().stream().map(Task::word).toList(),
                  task.word()));
    }
    Provider provider = configuration.get(ScorerOptions.PROVIDER);
    ScoringModel model = ScoringModels.open(bundle, configuration);
    int configured = configuration.get(ScorerOptions.TOKEN_BUDGET);
    int budget =
        configured > 0
            ? configured
            : provider == Provider.CPU && !model.remote()
                ? BudgetCalibration.measure(model)
                : GPU_BUDGET;
    if (!model.remote()) {
      WarmUp.run(model, budget);
    }
    return new Judge(model, budget);
  }

  /** The model. */
  public ModelIdentity identity() {
    return model.identity();
  }

  Calibration calibration() {
    return model.calibration();
  }

  /**
   * One judgement for each request, in their order. Blocks until the device has answered.
   *
   * @throws dev.prefstream.scorer.model.ModelException when one of the numbers is not finite
   */
  public List<Judgement> judge(List<ScoringRequest> requests) {
    return scorer.judge(requests.stream().map(model::text).toList());
  }

  /** The same, empty where the model's number is not finite. Keeps rows to measure speed with. */
  List<Optional<Judgement>> judgeEach(List<ScoringRequest> requests) {
    List<ScoringText> texts = requests.stream().map(model::text).toList();
    List<Optional<Judgement>> judgements = scorer.judgeEach(texts);
    sample.keep(
        IntStream.range(0, texts.size())
            .filter(i -> judgements.get(i).isPresent())
            .mapToObj(texts::get)
            .toList());
    return judgements;
  }

  /** How fast it judges rows like those it has seen. Blocks for about a second. */
  Throughput throughput() {
    return sample.measure(scorer);
  }

  @Override
  public void close() {
    scorer.close();
    model.close();
  }

  /** Says of a folder that is no bundle what it seems to be, and what to do. */
  private static void requireBundle(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--model %s: %s, expected the folder of a model bundle"
              .formatted(
                  folder, Files.exists(folder) ? "found a file" : "there is no such folder"));
    }
    if (Files.exists(folder.resolve("bundle.json"))
        || !Files.exists(folder.resolve("config.json"))) {
      return;
    }
    boolean tokenizer = Files.exists(folder.resolve("tokenizer.json"));
    throw new CommandFailure(
        ExitCode.USAGE,
        "--model %s: found a Hugging Face model folder%s (config.json without bundle.json), expected a model bundle: make one of it with training/export.py, as docs/bring-your-own-model.md says"
            .formatted(
                folder,
                tokenizer
                    ? ""
                    : " without a tokenizer (there is no tokenizer.json, which a bundle needs)"));
  }
}
