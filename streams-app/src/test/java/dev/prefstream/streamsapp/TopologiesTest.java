package dev.prefstream.streamsapp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.streams.TopicStreams;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A change to a topology needs thought: store and repartition names are names of topics on users'
 * clusters, and sub-topologies number their tasks. A renamed one begins empty, and what was in the
 * old one is not read: an intake without its memory takes old tickets for new, a decision stage
 * without its memory decides twice. When such a change is meant, say in the release notes how to
 * carry the state over, and put the new description into {@code src/test/resources/topology}.
 */
class TopologiesTest {

  static Stream<String> stages() {
    return StreamsApp.STAGES.stream();
  }

  @ParameterizedTest
  @MethodSource("stages")
  void isTheCommittedOne(String stage) throws IOException {
    String description =
        build(stage)
            .describe()
            .toString()
            .lines()
            .map(TopologiesTest::sorted)
            .collect(Collectors.joining("\n"));

    assertThat(description.strip()).isEqualTo(committed(stage).strip());
  }

  private static Topology build(String stage) {
    Configuration configuration =
        StageDriver.configuration("topologies", Path.of("unused"), Map.of());
    TopicStreams topics = new TopicStreams(Installation.of(configuration));
    return StreamsApp.topology(stage, configuration, topics, new SimpleMeterRegistry());
  }

  private static String committed(String stage) throws IOException {
    try (var in = TopologiesTest.class.getResourceAsStream("/topology/" + stage + ".txt")) {
      return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Kafka lists stores and successors in no fixed order. */
  private static String sorted(String line) {
    String begun = line;
    for (String list : new String[] {"stores: [", "--> "}) {
      int start = line.indexOf(list);
      if (start >= 0) {
        int from = start + list.length();
        int to = list.endsWith("[") ? line.indexOf(']', from) : line.length();
        begun =
            line.substring(0, from)
                + Stream.of(line.substring(from, to).split(", "))
                    .sorted()
                    .collect(Collectors.joining(", "))
                + line.substring(to);
      }
    }
    return begun;
  }
}
