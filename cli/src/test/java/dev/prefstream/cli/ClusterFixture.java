package dev.prefstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.prefstream.embedded.EmbeddedCluster;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.kafka.Installation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** A real broker for the tests of a class; every test has an installation of its own on it. */
public abstract class ClusterFixture {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path data;
  private static EmbeddedCluster cluster;

  @TempDir protected Path folder;
  protected Map<String, String> configuration;

  @BeforeAll
  static void startCluster() {
    cluster = EmbeddedCluster.start(data, 0, 0);
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  @BeforeEach
  void chooseInstallation(TestInfo test) {
    configuration = new TreeMap<>(cluster.configuration());
    configuration.put("topics.prefix", test.getTestMethod().orElseThrow().getName() + ".");
  }

  protected Invocation run(String... args) {
    return Invocation.with(configuration, args);
  }

  protected void createTopics() {
    assertThat(run("topics", "create").exitCode()).isZero();
  }

  /** All committed records of a topic, with their metadata. */
  protected List<JsonNode> watch(String topic) throws IOException {
    Invocation watched =
        run("watch", topic, "--from-beginning", "--timeout", "1s", "--with-metadata");
    assertThat(watched.exitCode()).as(watched.err()).isZero();
    List<JsonNode> records = new ArrayList<>();
    for (String line : watched.lines()) {
      records.add(JSON.readTree(line));
    }
    return records;
  }

  protected Configuration loaded() {
    return Configuration.load(KnownOptions.all(), null, Map.of(), configuration);
  }

  protected Installation installation() {
    return Installation.of(loaded());
  }
}
