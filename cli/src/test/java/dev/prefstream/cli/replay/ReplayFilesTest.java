package dev.prefstream.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.Invocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code replay} says of files, without a broker: whole, broken, and of settings to try. */
class ReplayFilesTest {

  /** Routed URGENT with 0.868 by the built-in settings, as the stage wrote it. */
  private static final String URGENT =
      """
      {"event":"ROUTED","ticket_id":"T-1","context":{"tenant_id":"acme","region":"US","language":"en","channel":"email","audit_group":null,"created_at":"2026-11-27T02:59:15.888Z","metadata":{},"domain":null},"score":0.8684682620852879,"logit":1.9965662956237793,"confidence":0.8684682620852879,"style":{"length":173,"code_fence":false,"formality":0.6666666666666666,"directness":0.6666666666666666,"markdown":false},"truncated":false,"model":{"id":"m","version":"1","hash":"00"},"settings":{"tenant_id":"default","strictness_level":0.7,"allowed_style_ranges":null,"regional_weights":{},"response_floor":null,"max_fabrication_risk":null,"known_terms":[],"masking":[],"updated_at":"1970-01-01T00:00:00Z","updated_by":null},"settings_version":"default","candidates":[],"floor":null,"max_fabrication_risk":null,"policy_version":"2","route":"URGENT","threshold":0.7,"margin":0.16846826208528798,"adjustments":[],"reasons":["SCORE_ABOVE_STRICTNESS"],"response_id":null,"decided_at":"2026-11-27T02:59:16.464Z"}
      """;

  @TempDir private Path folder;
  private Path log;

  @BeforeEach
  void write() throws IOException {
    log = Files.writeString(folder.resolve("decision-log.jsonl"), URGENT);
  }

  @Test
  void replaysAFilePlainOrGzip() throws IOException {
    Path packed = folder.resolve("log.gz");
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      Files.copy(log, out);
    }

    assertThat(replay(log).exitCode()).isZero();
    assertThat(replay(packed)).isEqualTo(replay(log));
  }

  @Test
  void namesLinesThatAreNoDecisionAndReplaysTheOthers() throws IOException {
    Files.writeString(log, URGENT + "{\"event\": 1}\n[]\nno JSON\n" + URGENT.replace("T-1", "T-2"));

    Invocation replay = replay(log);

    assertThat(replay.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(replay.lines().get(0))
        .startsWith("2 records replayed, 0 differences, 3 not readable");
    assertThat(replay.err()).contains("line 2 is no", "line 3 is no", "line 4 is no");
  }

  @Test
  void aLogWithoutDecisionsOrCutOffProvesNothing() throws IOException {
    assertThat(replay(Files.writeString(log, "")).exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(replay(Files.writeString(log, URGENT.substring(0, 300))).exitCode())
        .isEqualTo(ExitCode.FAILED);
    assertThat(replay(folder).err()).contains("cannot read");
    assertThat(replay(folder.resolve("none")).exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void triesOtherSettingsOnTheTenantsTheySpeakOf() throws IOException {
    Invocation own = whatIf(settings("acme", 0.9));
    Invocation forAll = whatIf(settings("default", 0.9));
    Invocation other = whatIf(settings("acne", 0.9));

    assertThat(own.exitCode()).isZero();
    assertThat(own.lines())
        .contains("T-1  acme  URGENT, score 0.8685 against 0.7000 -> STANDARD, against 0.9000");
    assertThat(own.err()).isEmpty();
    assertThat(forAll).isEqualTo(own);
    assertThat(other.out())
        .doesNotContain("->")
        .contains("1 records, 0 of tenants with new settings");
    assertThat(other.err()).as("a misspelt tenant is no tenant without changes").contains("acne");
  }

  @Test
  void saysWhichRecordsOfATenantItCannotJudge() throws IOException {
    Files.writeString(log, URGENT.replace("\"policy_version\":\"2\"", "\"policy_version\":\"99\""));

    Invocation whatIf = whatIf(settings("acme", 0.9));

    assertThat(whatIf.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(whatIf.lines().get(0)).contains("1 of another policy version");
    assertThat(whatIf.err()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"tenant_id\": \"a\", \"preference_settings\": {\"strictness_level\": 1.5}} | document 1: strictness_level = 1.5: must be between 0 and 1",
        "{\"tenant_id\": \"a\", \"preference_settings\": {\"strictnes\": 0.5}} | document 1: preference_settings holds strictnes",
        "{\"tenant_id\": \"a\", \"preference_settings\": {\"response_floor\": 0}} | response_floor is 0.0, expected a number above 0",
        "{\"preference_settings\": {}} | document 1: there is no tenant_id",
        "{\"tenant_id\": \"a\"} | document 1: there is no preference_settings",
        "{\"tenant_id\": \"a\", \"preference_settings\": {}} {\"tenant_id\": \"a\", \"preference_settings\": {}} | document 2: its tenant had one before",
        "{\"tenant_id\": \"a\", \"preference_settings\": {}} [] | document 2: it is no JSON object",
        "{\"tenant_id\": \"a\", \"preference_settings\": {\"strictness_level\": 0.5, \"strictness_level\": 0.9}} | names a field again",
        "{\"tenant_id\": \"a\", | document 1: line 1",
        "'' | holds no settings document"
      })
  void refusesSettingsThatCouldNotBePublishedAndSaysWhere(String document, String problem)
      throws IOException {
    Invocation whatIf = whatIf(document);

    assertThat(whatIf.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(whatIf.err()).contains(problem);
    assertThat(whatIf.out()).isEmpty();
  }

  @Test
  void tellsAMissingSettingsFileFromABrokenOne() {
    Invocation missing =
        Invocation.of(
            "replay", "--from", log.toString(), "--settings", folder.resolve("none").toString());

    assertThat(missing.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(missing.err()).contains("cannot read").contains("NoSuchFileException");
  }

  private static String settings(String tenant, double level) {
    return "{\"tenant_id\": \"%s\", \"preference_settings\": {\"strictness_level\": %s}}"
        .formatted(tenant, level);
  }

  private Invocation whatIf(String settings) throws IOException {
    Path file = Files.writeString(folder.resolve("settings.jsonl"), settings);
    return Invocation.of("replay", "--from", log.toString(), "--settings", file.toString());
  }

  private static Invocation replay(Path from) {
    return Invocation.of("replay", "--from", from.toString());
  }
}
