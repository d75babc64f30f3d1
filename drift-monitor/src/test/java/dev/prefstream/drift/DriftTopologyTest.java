package dev.prefstream.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.kafka.Installation;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A change to the topology needs thought: store and repartition names are names of topics on users'
 * clusters, and sub-topologies number their tasks. A renamed one begins empty, and what was in the
 * old one is not read. When such a change is meant, say in the release notes how to carry the state
 * over, and put the new description into {@code src/test/resources/topology/drift.txt}.
 */
class DriftTopologyTest {

  @Test
  void isTheCommittedOne(@TempDir Path dir) throws IOException {
    Configuration configuration = DriftDriver.configuration(dir, Map.of());

    String description =
        DriftTopology.build(
                DriftOptions.of(configuration),
                Installation.of(configuration),
                new SimpleMeterRegistry())
            .describe()
            .toString()
            .lines()
            .map(DriftTopologyTest::sorted)
            .collect(Collectors.joining("\n"));

    String committed;
    try (var in = getClass().getResourceAsStream("/topology/drift.txt")) {
      committed = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertThat(description.strip()).isEqualTo(committed.strip());
  }

  /** Kafka lists successors in no fixed order. */
  private static String sorted(String line) {
    int arrow = line.indexOf("--> ");
    return arrow < 0
        ? line
        : line.substring(0, arrow + 4)
            + Stream.of(line.substring(arrow + 4).split(", "))
                .sorted()
                .collect(Collectors.joining(", "));
  }
}
