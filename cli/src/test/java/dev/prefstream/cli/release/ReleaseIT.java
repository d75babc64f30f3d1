package dev.prefstream.cli.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.prefstream.cli.ClusterFixture;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.Invocation;
import dev.prefstream.cli.run.Stages;
import dev.prefstream.runtime.service.Service;
import dev.prefstream.scorer.bundle.ModelBundle;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Releases to scorers that run, on a real broker. */
class ReleaseIT extends ClusterFixture {

  private static final Path SHIPPED = Path.of("..", "models", "ticket-urgency");
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private Path next;

  @BeforeEach
  void copyBundle() throws IOException {
    next = folder.resolve("next");
    copy(SHIPPED, next);
    Path manifest = next.resolve("bundle.json");
    Files.writeString(
        manifest,
        Files.readString(manifest)
            .replaceFirst("\"version\": *\"[^\"]+\"", "\"version\": \"99.0.0\""));
  }

  @Test
  void aReleasedModelServesAtOnceAndTheOneBeforeItWhenThatIsReleasedAgain() throws Exception {
    configuration.put("scorer.models", Path.of("..", "models").toString());
    configuration.put("scorer.batch.token-budget", "2048");
    configuration.put("streams.state-dir", folder.resolve("state").toString());
    createTopics();
    List<Service> services = Stages.all(loaded(), installation(), new SimpleMeterRegistry());
    services.forEach(Service::start);
    try {
      Invocation released = run("release", next.toString());
      assertThat(released.exitCode()).as(released.toString()).isZero();
      assertThat(released.out()).contains("99.0.0", "Released from " + next);
      awaitScoreBy("new", ModelBundle.load(next));

      Invocation back = run("release", SHIPPED.toString());
      assertThat(back.exitCode()).as(back.toString()).isZero();
      assertThat(back.out()).contains("Released before it: ticket-urgency 99.0.0");
      awaitScoreBy("old", ModelBundle.load(SHIPPED));
    } finally {
      services.forEach(Service::close);
    }
  }

  @Test
  void namesTheBundleByTaskAndHashWhereTheScorersFindIt() throws Exception {
    createTopics();

    Invocation released = run("release", next.toString(), "--location", "/srv/models/next");

    assertThat(released.exitCode()).as(released.toString()).isZero();
    JsonNode record = watch("model-releases").get(0);
    assertThat(record.get("key").asText()).isEqualTo("ticket-urgency");
    assertThat(record.at("/value/task").asText()).isEqualTo("ticket-urgency");
    assertThat(record.at("/value/model/hash").asText())
        .isEqualTo(ModelBundle.load(next).identity().hash());
    assertThat(record.at("/value/location").asText()).isEqualTo("/srv/models/next");
  }

  @Test
  void releasesNothingThatMayNotServeAndNothingWhenTrying() throws Exception {
    createTopics();
    Invocation tried = run("release", next.toString(), "--dry-run");
    assertThat(tried.exitCode()).as(tried.toString()).isZero();
    assertThat(tried.out()).contains("may serve", "Nothing is released");

    Files.writeString(next.resolve("CARD.md"), "another card");
    Invocation altered = run("release", next.toString());
    Invocation missing = run("release", folder.resolve("nowhere").toString());

    assertThat(altered.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(altered.err()).contains("CARD.md");
    assertThat(missing.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(missing.err()).contains("there is no such folder");
    assertThat(watch("model-releases")).isEmpty();
  }

  /** The model that was there may score what is already prepared, so tickets go on until it has. */
  private void awaitScoreBy(String prefix, ModelBundle bundle) throws Exception {
    int[] sent = {0};
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              publish(prefix + "-" + sent[0]++);
              return watch("scores").stream()
                  .filter(score -> score.get("key").asText().startsWith(prefix))
                  .anyMatch(
                      score ->
                          score.at("/value/model/hash").asText().equals(bundle.identity().hash()));
            });
  }

  private void publish(String id) throws IOException {
    Path file = folder.resolve("ticket.jsonl");
    Files.writeString(file, "{\"id\": \"%s\", \"body\": \"It is down.\"}%n".formatted(id));
    assertThat(run("publish", "tickets", file.toString()).exitCode()).isZero();
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }
}
