package dev.prefstream.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationTest {

  private enum Colour {
    DARK_RED,
    GREEN
  }

  private static final Option<Integer> ROWS = Option.integer("test.max-rows", 256, 1, 4096, "rows");
  private static final Option<Double> LEVEL = Option.decimal("test.level", 0.7, 0, 1, "level");
  private static final Option<Duration> WAIT =
      Option.duration("test.max-wait", "5ms", "1ms", "1m", "wait");
  private static final Option<Long> SIZE =
      Option.bytes("test.size", "1MiB", "1KiB", "8MiB", "size");
  private static final Option<String> NAME = Option.text("test.name", null, "name");
  private static final Option<List<String>> HOSTS = Option.list("test.hosts", "a,b", "hosts");
  private static final Option<Boolean> FLAG = Option.flag("test.flag", false, "flag");
  private static final Option<Colour> COLOUR =
      Option.choice("test.colour", Colour.class, Colour.GREEN, "colour");
  private static final List<Option<?>> ALL =
      List.of(ROWS, LEVEL, WAIT, SIZE, NAME, HOSTS, FLAG, COLOUR);

  @TempDir private Path folder;

  @Test
  void givesDefaultsWhereNothingIsSet() {
    Configuration configuration = configuration(Map.of());

    assertThat(configuration.get(ROWS)).isEqualTo(256);
    assertThat(configuration.get(LEVEL)).isEqualTo(0.7);
    assertThat(configuration.get(WAIT)).isEqualTo(Duration.ofMillis(5));
    assertThat(configuration.get(SIZE)).isEqualTo(1L << 20);
    assertThat(configuration.get(HOSTS)).containsExactly("a", "b");
    assertThat(configuration.get(FLAG)).isFalse();
    assertThat(configuration.get(COLOUR)).isEqualTo(Colour.GREEN);
  }

  @Test
  void givesWhatIsSet() {
    Configuration configuration =
        configuration(
            Map.of(
                "test.max-rows", "32",
                "test.level", "0.25",
                "test.max-wait", "2s",
                "test.size", "64KiB",
                "test.name", " x ",
                "test.hosts", "c , d,",
                "test.flag", "true",
                "test.colour", "dark-red"));

    assertThat(configuration.get(ROWS)).isEqualTo(32);
    assertThat(configuration.get(LEVEL)).isEqualTo(0.25);
    assertThat(configuration.get(WAIT)).isEqualTo(Duration.ofSeconds(2));
    assertThat(configuration.get(SIZE)).isEqualTo(64L << 10);
    assertThat(configuration.get(NAME)).isEqualTo("x");
    assertThat(configuration.get(HOSTS)).containsExactly("c", "d");
    assertThat(configuration.get(FLAG)).isTrue();
    assertThat(configuration.get(COLOUR)).isEqualTo(Colour.DARK_RED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          test.max-rows | 0      | must be between 1 and 4096
          test.max-rows | 4097   | must be between 1 and 4096
          test.max-rows | many   | must be a whole number
          test.level    | 1.01   | must be between 0.0 and 1.0
          test.level    | NaN    | must be a number
          test.max-wait | 0s     | must be between 1ms and 1m
          test.max-wait | 5      | must be a duration such as 5ms
          test.max-wait | fast   | must be a duration such as 5ms
          test.size     | 9MiB   | must be between 1KiB and 8MiB
          test.size     | 3MB    | must be an amount of bytes such as 512
          test.size     | 0.1    | must be an amount of bytes such as 512
          test.name     | ' '    | must not be blank
          test.hosts    | ,      | must name at least one
          test.flag     | yes    | must be true or false
          test.colour   | blue   | must be one of dark-red, green
          """)
  void refusesWhatIsNotAllowedAndSaysWhatIs(String key, String value, String expected) {
    assertThatThrownBy(() -> configuration(Map.of(key, value)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith(key + " = ")
        .hasMessageContaining("(command line)")
        .hasMessageContaining(expected);
  }

  @Test
  void letsTheCommandLineWinOverTheEnvironmentAndThatOverTheFile() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("p.properties"), "test.max-rows=1\ntest.level=0.1\ntest.name=file\n");

    Configuration configuration =
        Configuration.load(
            ALL,
            file,
            Map.of("PREFSTREAM_TEST_MAX_ROWS", "2", "PREFSTREAM_TEST_LEVEL", "0.2"),
            Map.of("test.max-rows", "3"));

    assertThat(configuration.get(ROWS)).isEqualTo(3);
    assertThat(configuration.get(LEVEL)).isEqualTo(0.2);
    assertThat(configuration.get(NAME)).isEqualTo("file");
  }

  @Test
  void namesTheSourceOfARefusedValue() {
    assertThatThrownBy(
            () -> Configuration.load(ALL, null, Map.of("PREFSTREAM_TEST_MAX_ROWS", "-1"), Map.of()))
        .hasMessageContaining("test.max-rows = -1 (environment)");
  }

  @Test
  void refusesAnUnknownKeyAndSuggestsTheNearest() {
    assertThatThrownBy(() -> configuration(Map.of("test.max-row", "1")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("test.max-row is no configuration key; did you mean test.max-rows");
  }

  @ParameterizedTest
  @CsvSource({
    "kafka.compresion.type, kafka.compression.type",
    "kafka.max.pol.records, kafka.max.poll.records",
    "kafka.num.standby.replica, kafka.num.standby.replicas"
  })
  void refusesASlipInASettingOfKafkasClients(String key, String meant) {
    assertThatThrownBy(() -> configuration(Map.of(key, "1")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(key + " is no configuration key; did you mean " + meant);
  }

  @Test
  void passesOnWhatOnlyAPluginOfAClientKnows() {
    Configuration configuration = configuration(Map.of("kafka.my.interceptor.topic", "seen"));
    assertThat(configuration.below(Configuration.KAFKA_PREFIX))
        .containsEntry("my.interceptor.topic", "seen");
  }

  @Test
  void refusesASlipInAVariableAndLeavesThoseOfOthers() {
    assertThatThrownBy(
            () -> Configuration.load(ALL, null, Map.of("PREFSTREAM_TEST_MAX_ROW", "1"), Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("did you mean PREFSTREAM_TEST_MAX_ROWS");

    Map<String, String> ofOthers =
        Map.of("PREFSTREAM_SCORER_SERVICE_HOST", "10.0.0.1", "PREFSTREAM_JAVA_OPTS", "-Xmx1g");
    assertThatCode(() -> Configuration.load(ALL, null, ofOthers, Map.of()))
        .doesNotThrowAnyException();
  }

  @Test
  void saysHowToSetWhatHasNoDefault() {
    assertThatThrownBy(() -> configuration(Map.of()).get(NAME))
        .hasMessageContaining("test.name is not set")
        .hasMessageContaining("PREFSTREAM_TEST_NAME")
        .hasMessageContaining("--set test.name=VALUE");
  }

  @Test
  void letsAnEmptyTextReplaceADefault() {
    Option<String> prefix = Option.optionalText("test.prefix", "prefstream.", "prefix");

    Configuration configuration =
        Configuration.load(List.of(prefix), null, Map.of(), Map.of("test.prefix", ""));

    assertThat(configuration.get(prefix)).isEmpty();
  }

  @Test
  void passesKafkaClientSettingsOn() {
    Configuration configuration =
        Configuration.load(
            ALL,
            null,
            Map.of("KAFKA_SECURITY_PROTOCOL", "SSL", "KAFKA_HEAP_OPTS", "-Xmx1g"),
            Map.of("kafka.max.poll.records", "7"));

    assertThat(configuration.below(Configuration.KAFKA_PREFIX))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("security.protocol", "SSL", "max.poll.records", "7"));
  }

  @Test
  void namesAFileItCannotRead() {
    assertThatThrownBy(() -> Configuration.load(ALL, folder.resolve("none"), Map.of(), Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("cannot read the configuration file")
        .hasMessageContaining("none");
  }

  @Test
  void keepsACommandsDefaultsBelowWhatTheUserSets() {
    Configuration configuration =
        configuration(Map.of("test.level", "0.9"))
            .withDefaults(Map.of("test.level", "0.1", "test.max-rows", "7"));

    assertThat(configuration.get(LEVEL)).isEqualTo(0.9);
    assertThat(configuration.get(ROWS)).isEqualTo(7);
  }

  private static Configuration configuration(Map<String, String> commandLine) {
    return Configuration.load(ALL, null, Map.of(), commandLine);
  }
}
