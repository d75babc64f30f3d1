package dev.prefstream.runtime.config;

import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;

/**
 * Values of {@link Option}s from, in rising order: defaults, a properties file, environment
 * variables ({@code PREFSTREAM_...}, and {@code KAFKA_...} for client settings), and {@code --set}
 * on the command line. Values may refer to others as <code>${key}</code>.
 *
 * <p>Immutable and safe for use by many threads.
 */
public final class Configuration {

  /** Keys below this prefix go to every Kafka client as they are, without the prefix. */
  public static final String KAFKA_PREFIX = "kafka.";

  /** Keys below this prefix go to the schema registry client, without the prefix. */
  public static final String REGISTRY_PREFIX = "schema-registry.client.";

  /** So few letters apart, an unknown key that is passed on is a slip of the hand. */
  private static final int SLIP = 2;

  private static final Set<String> CLIENT_KEYS = clientKeys();

  private final Map<String, Option<?>> known;
  private final Map<String, Map<String, String>> sources;
  private final SmallRyeConfig values;

  private Configuration(Map<String, Option<?>> known, Map<String, Map<String, String>> sources) {
    this.known = known;
    this.sources = sources;
    SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder().addDefaultInterceptors();
    int ordinal = 100;
    for (Map.Entry<String, Map<String, String>> source : sources.entrySet()) {
      builder.withSources(
          new PropertiesConfigSource(source.getValue(), source.getKey(), ordinal++));
    }
    this.values = builder.build();
  }

  /**
   * Reads and checks a whole configuration.
   *
   * @param options every option any part of the program knows
   * @param file properties file, or null for none
   * @param environment environment variables
   * @param commandLine {@code --set} pairs
   * @throws ConfigurationException when the file cannot be read, a key is unknown, or a value is
   *     not allowed
   */
  public static Configuration load(
      Collection<? extends Option<?>> options,
      @Nullable Path file,
      Map<String, String> environment,
      Map<String, String> commandLine) {
    Map<String, Option<?>> known = new TreeMap<>();
    options.forEach(option -> known.put(option.key(), option));
    Map<String, Map<String, String>> sources = new LinkedHashMap<>();
    sources.put("file " + file, file == null ? Map.of() : read(file));
    sources.put("environment", fromEnvironment(known.values(), environment));
    sources.put("command line", Map.copyOf(commandLine));
    Configuration configuration = new Configuration(known, sources);
    configuration.check();
    return configuration;
  }

  /** A copy in which the pairs, as if from the command line, replace what was there. */
  public Configuration with(Map<String, String> pairs) {
    Map<String, Map<String, String>> copy = new LinkedHashMap<>(sources);
    Map<String, String> commandLine =
        new LinkedHashMap<>(copy.getOrDefault("command line", Map.of()));
    commandLine.putAll(pairs);
    copy.put("command line", Map.copyOf(commandLine));
    Configuration configuration = new Configuration(known, copy);
    configuration.check();
    return configuration;
  }

  /** A copy in which the pairs stand for what no file, variable or argument sets. */
  public Configuration withDefaults(Map<String, String> pairs) {
    Map<String, Map<String, String>> copy = new LinkedHashMap<>();
    copy.put("defaults of the command", Map.copyOf(pairs));
    copy.putAll(sources);
    Configuration configuration = new Configuration(known, copy);
    configuration.check();
    return configuration;
  }

  /**
   * The option's value.
   *
   * @throws ConfigurationException when none is set and there is no default, or the value is not
   *     allowed
   */
  public <T> T get(Option<T> option) {
    ConfigValue found = values.getConfigValue(option.key());
    String text = found.getValue() == null ? option.defaultText() : found.getValue();
    if (text == null) {
      throw new ConfigurationException(
          "%s is not set: give it in a file, as %s or with --set %s=VALUE"
              .formatted(option.key(), option.environmentVariable(), option.key()));
    }
    try {
      return option.parser().apply(text);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          "%s = %s (%s): %s".formatted(option.key(), text, origin(option.key()), e.getMessage()),
          e);
    }
  }

  /** Every pair whose key starts with the prefix, without it. */
  public Map<String, String> below(String prefix) {
    Map<String, String> found = new TreeMap<>();
    for (String key : values.getPropertyNames()) {
      if (key.startsWith(prefix)) {
        found.put(key.substring(prefix.length()), values.getConfigValue(key).getValue());
      }
    }
    return found;
  }

  private String origin(String key) {
    return sources.entrySet().stream()
        .filter(source -> source.getValue().containsKey(key))
        .map(Map.Entry::getKey)
        .reduce("default", (lower, higher) -> higher);
  }

  private void check() {
    for (Map<String, String> source : sources.values()) {
      for (String key : source.keySet()) {
        if (known.containsKey(key)) {
          continue;
        }
        if (!key.startsWith(KAFKA_PREFIX) && !key.startsWith(REGISTRY_PREFIX)) {
          throw unknown(key, nearest(key, known.keySet(), Math.max(SLIP, key.length() / 4)));
        }
        if (key.startsWith(KAFKA_PREFIX)) {
          checkPassedOn(key);
        }
      }
    }
    known.values().stream()
        .filter(option -> option.defaultText() != null || values.getRawValue(option.key()) != null)
        .forEach(this::get);
  }

  /** Clients take keys that only their plugins know, so an unknown one need not be wrong. */
  private void checkPassedOn(String key) {
    Set<String> all = new TreeSet<>(known.keySet());
    CLIENT_KEYS.forEach(client -> all.add(KAFKA_PREFIX + client));
    Optional<String> meant = nearest(key, all, SLIP);
    if (meant.isPresent() && !meant.get().equals(key)) {
      throw unknown(key, meant);
    }
  }

  private static ConfigurationException unknown(String key, Optional<String> meant) {
    return new ConfigurationException(
        "%s is no configuration key%s: docs/configuration.md lists them"
            .formatted(key, meant.map(near -> "; did you mean " + near).orElse("")));
  }

  private static Optional<String> nearest(String key, Collection<String> keys, int farthest) {
    return keys.stream()
        .min(Comparator.comparingInt(candidate -> EditDistance.between(candidate, key)))
        .filter(candidate -> EditDistance.between(candidate, key) <= farthest);
  }

  private static Set<String> clientKeys() {
    Set<String> keys = new TreeSet<>(ProducerConfig.configNames());
    keys.addAll(ConsumerConfig.configNames());
    keys.addAll(AdminClientConfig.configNames());
    keys.addAll(StreamsConfig.configDef().names());
    return Set.copyOf(keys);
  }

  private static Map<String, String> read(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigurationException(
          "cannot read the configuration file %s (%s): it must be a readable properties file in UTF-8"
              .formatted(file, e),
          e);
    }
    Map<String, String> pairs = new TreeMap<>();
    properties.stringPropertyNames().forEach(key -> pairs.put(key, properties.getProperty(key)));
    return pairs;
  }

  private static Map<String, String> fromEnvironment(
      Collection<Option<?>> options, Map<String, String> environment) {
    Map<String, String> pairs = new TreeMap<>();
    for (String key : CLIENT_KEYS) {
      String value =
          environment.get("KAFKA_" + key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_"));
      if (value != null) {
        pairs.put(KAFKA_PREFIX + key, value);
      }
    }
    Map<String, String> variables = new TreeMap<>();
    options.forEach(option -> variables.put(option.environmentVariable(), option.key()));
    for (String variable : environment.keySet()) {
      if (variable.startsWith(Option.ENVIRONMENT_PREFIX) && !variables.containsKey(variable)) {
        // Kubernetes sets variables of services by that name, so that not all are ours.
        Optional<String> meant = nearest(variable, variables.keySet(), SLIP);
        if (meant.isPresent()) {
          throw unknown(variable, meant);
        }
      }
    }
    for (Option<?> option : options) {
      String value = environment.get(option.environmentVariable());
      if (value != null) {
        pairs.put(option.key(), value);
      }
    }
    return pairs;
  }
}
