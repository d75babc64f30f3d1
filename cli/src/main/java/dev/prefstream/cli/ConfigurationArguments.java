package dev.prefstream.cli;

import dev.prefstream.cli.run.Stages;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.config.ConfigurationException;
import dev.prefstream.runtime.kafka.KafkaOptions;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The arguments by which every command takes its configuration. Rising order: defaults, {@code
 * --config}, environment, {@code --command-config}, {@code --command-property} and {@code
 * --bootstrap-server}, {@code --set}.
 */
public final class ConfigurationArguments {

  /** Set by the launcher, so that the shipped models are found from any folder. */
  private static final String HOME = "prefstream.home";

  private static final String BOOTSTRAP = "bootstrap.servers";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Properties file with configuration keys (docs/configuration.md).")
  @Nullable Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Sets one configuration key; may be repeated.")
  Map<String, String> pairs = new LinkedHashMap<>();

  @Option(
      names = "--bootstrap-server",
      paramLabel = "HOST:PORT",
      description = "Brokers to ask first, separated by commas.")
  @Nullable String bootstrapServers;

  @Option(
      names = "--command-config",
      paramLabel = "FILE",
      description = "Properties file with settings of Kafka's clients, as Kafka's own tools take.")
  @Nullable Path clientFile;

  @Option(
      names = "--command-property",
      paramLabel = "KEY=VALUE",
      description = "Sets one setting of Kafka's clients; may be repeated.")
  Map<String, String> clientPairs = new LinkedHashMap<>();

  /** Filled by the command line parser. */
  public ConfigurationArguments() {}

  /**
   * The configuration as given.
   *
   * @throws ConfigurationException when it cannot be used
   */
  public Configuration load() {
    return load(Map.of());
  }

  /**
   * The configuration as given, where the pairs stand for what nobody sets.
   *
   * @throws ConfigurationException when it cannot be used
   */
  public Configuration load(Map<String, String> commandDefaults) {
    Map<String, String> defaults = new LinkedHashMap<>();
    String home = System.getProperty(HOME);
    if (home != null) {
      defaults.putAll(Stages.defaultsAt(Path.of(home)));
    }
    defaults.putAll(commandDefaults);
    return Configuration.load(KnownOptions.all(), file, System.getenv(), commandLine())
        .withDefaults(defaults);
  }

  private Map<String, String> commandLine() {
    Map<String, String> all = new LinkedHashMap<>();
    if (clientFile != null) {
      client(all, read(clientFile));
    }
    client(all, clientPairs);
    if (bootstrapServers != null) {
      all.put(KafkaOptions.BOOTSTRAP_SERVERS.key(), bootstrapServers);
    }
    all.putAll(pairs);
    return all;
  }

  private static void client(Map<String, String> all, Map<String, String> settings) {
    settings.forEach(
        (key, value) ->
            all.put(
                key.equals(BOOTSTRAP)
                    ? KafkaOptions.BOOTSTRAP_SERVERS.key()
                    : Configuration.KAFKA_PREFIX + key,
                value));
  }

  private static Map<String, String> read(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigurationException(
          "cannot read %s, given with --command-config (%s): it must be a readable properties file in UTF-8"
              .formatted(file, e),
          e);
    }
    Map<String, String> settings = new LinkedHashMap<>();
    properties.stringPropertyNames().forEach(key -> settings.put(key, properties.getProperty(key)));
    return settings;
  }
}
