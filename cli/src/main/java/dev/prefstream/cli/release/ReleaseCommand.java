package dev.prefstream.cli.release;

import dev.prefstream.cli.Cluster;
import dev.prefstream.cli.ConfigurationArguments;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.RecordSender;
import dev.prefstream.cli.quickstart.TopicScan;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.ModelRef;
import dev.prefstream.schemas.avro.ModelRelease;
import dev.prefstream.scorer.ScoringModels;
import dev.prefstream.scorer.bundle.ModelBundle;
import dev.prefstream.scorer.model.ModelIdentity;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code prefstream release}: puts a bundle into service at all scorers, without a restart. */
@Command(
    name = "release",
    header = "Put a model bundle into service at every scorer that runs.",
    description = {
      "Checks the bundle as a scorer does (hashes, golden cases, batches) and names it on the topic model-releases, by its task and its hash. Each scorer opens and warms it beside the model in service, which it then replaces; none that cannot open it does.",
      "To go back, release the folder of the one before."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  prefstream release models/ticket-urgency --dry-run",
      "  prefstream release /srv/models/ticket-urgency-0.4.0 --bootstrap-server kafka:9092",
      "  prefstream release build/ticket-urgency --location /srv/models/ticket-urgency-0.4.0"
    })
public final class ReleaseCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private ConfigurationArguments configurationArguments;

  @Parameters(paramLabel = "FOLDER", description = "The bundle: a folder with bundle.json in it.")
  private Path folder;

  @Option(
      names = "--location",
      paramLabel = "FOLDER",
      description = "Where the scorers find the same bundle, if not where it is here.")
  private @Nullable String location;

  @Option(names = "--dry-run", description = "Checks the bundle and releases nothing.")
  private boolean dryRun;

  @SuppressWarnings("NullAway") // picocli fills the fields before it calls.
  ReleaseCommand() {}

  @Override
  public Integer call() {
    Configuration configuration = configurationArguments.load();
    ModelBundle bundle = ModelBundle.load(folder);
    ScoringModels.open(bundle, configuration).close();
    ModelIdentity model = bundle.identity();
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%s for %s may serve: its files are as hashed, its golden cases come out.%n",
        named(model.ref()), model.task().word());
    if (dryRun) {
      out.println("Nothing is released: --dry-run.");
      return ExitCode.OK;
    }
    ModelRelease release =
        ModelRelease.newBuilder()
            .setTask(model.task().word())
            .setModel(model.ref())
            .setLocation(
                location == null ? folder.toAbsolutePath().normalize().toString() : location)
            .setReleasedAt(Instant.now())
            .setReleasedBy(System.getProperty("user.name"))
            .build();
    Optional<ModelRelease> before = last(configuration, release.getTask());
    RecordSender.send(configuration, Topics.MODEL_RELEASES, List.of(release.getTask()), release);
    out.printf("Released from %s.%n", release.getLocation());
    before.ifPresent(
        last ->
            out.printf(
                "Released before it: %s, from %s.%n", named(last.getModel()), last.getLocation()));
    return ExitCode.OK;
  }

  private static Optional<ModelRelease> last(Configuration configuration, String task) {
    Installation installation = Installation.of(configuration);
    Cluster.require(configuration, installation, List.of(Topics.MODEL_RELEASES));
    Map<String, ModelRelease> byTask = new HashMap<>();
    new TopicScan(installation)
        .each(Topics.MODEL_RELEASES, (record, value) -> byTask.put(value.getTask(), value));
    return Optional.ofNullable(byTask.get(task));
  }

  private static String named(ModelRef model) {
    return "%s %s (hash %s)".formatted(model.getId(), model.getVersion(), model.getHash());
  }
}
