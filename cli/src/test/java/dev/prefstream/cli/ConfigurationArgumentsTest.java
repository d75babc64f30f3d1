package dev.prefstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.kafka.KafkaOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ConfigurationArgumentsTest {

  @TempDir Path folder;

  @Test
  void setWinsOverShorthandWhichWinsOverFileWhichWinsOverTheCommandsDefaults() throws IOException {
    String file =
        Files.writeString(
                folder.resolve("p.properties"),
                "kafka.bootstrap-servers = file:1\ntopics.prefix = file.\ntopics.partitions = 3\n")
            .toString();

    Configuration configuration =
        parse(
            Map.of("topics.partitions", "2", "topics.replication-factor", "1"),
            "--config",
            file,
            "--bootstrap-server",
            "short:1,short:2",
            "--set",
            "topics.prefix=set.");

    assertThat(configuration.get(KafkaOptions.BOOTSTRAP_SERVERS))
        .isEqualTo(List.of("short:1", "short:2"));
    assertThat(configuration.get(KafkaOptions.TOPIC_PREFIX)).isEqualTo("set.");
    assertThat(configuration.get(KafkaOptions.FLOW_PARTITIONS)).isEqualTo(3);
    assertThat(configuration.get(KafkaOptions.REPLICATION)).isEqualTo(1);
  }

  @Test
  void clientSettingsReachTheClientsPropertyOverFile() throws IOException {
    String file =
        Files.writeString(
                folder.resolve("client.properties"),
                "bootstrap.servers=broker:9\nsecurity.protocol=SASL_SSL\nsasl.mechanism=PLAIN\n")
            .toString();

    Configuration configuration =
        parse(
            Map.of(),
            "--command-config",
            file,
            "--command-property",
            "sasl.mechanism=SCRAM-SHA-512");

    assertThat(Installation.of(configuration).clientConfig())
        .containsEntry("bootstrap.servers", "broker:9")
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("sasl.mechanism", "SCRAM-SHA-512");
  }

  @Test
  void valuesMayHoldEqualsSigns() {
    Configuration configuration =
        parse(Map.of(), "--set", "kafka.sasl.jaas.config=module required user=\"a=b\";");

    assertThat(Installation.of(configuration).clientConfig())
        .containsEntry("sasl.jaas.config", "module required user=\"a=b\";");
  }

  private static Configuration parse(Map<String, String> defaults, String... args) {
    ConfigurationArguments arguments = new ConfigurationArguments();
    new CommandLine(CommandLine.Model.CommandSpec.create())
        .addMixin("configuration", arguments)
        .parseArgs(args);
    return arguments.load(defaults);
  }
}
