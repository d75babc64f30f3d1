package dev.prefstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exit codes and messages, as far as no broker is needed. */
class CommandLineTest {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "quickstart --help",
        "topics --help",
        "topics create --help",
        "topics describe --help",
        "run --help",
        "publish --help",
        "watch --help",
        "explain --help",
        "replay --help",
        "audit --help",
        "forget --help",
        "drift --help",
        "evaluate --help",
        "evaluate tickets --help",
        "evaluate preferences --help",
        "evaluate scaling --help"
      })
  void everyCommandExplainsItselfWithExamplesAndExitCodes(String line) {
    Invocation help = Invocation.of(line.split(" "));

    assertThat(help.exitCode()).isZero();
    assertThat(help.err()).isEmpty();
    assertThat(help.out())
        .contains("Usage: prefstream")
        .contains("Example")
        .contains("Exit codes:")
        .contains("The broker or the schema registry cannot be reached.");
  }

  @Test
  void saysItsVersion() {
    Invocation version = Invocation.of("--version");

    assertThat(version.exitCode()).isZero();
    assertThat(version.out())
        .containsPattern("^prefstream \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\\R")
        .contains("Java ");
  }

  @Test
  void commandIsRequired() {
    assertRefused(Invocation.of(), "Missing required subcommand");
  }

  @Test
  void unknownCommandsAndOptionsGetASuggestion() {
    assertRefused(Invocation.of("pubish"), "Unmatched argument", "publish");
    assertRefused(Invocation.of("watch", "tickets", "--from-begining"), "--from-beginning");
  }

  @Test
  void missingArgumentsAreNamed() {
    assertRefused(Invocation.of("publish", "tickets"), "FILE", "prefstream publish --help");
    assertRefused(Invocation.of("watch"), "TOPIC");
    assertRefused(Invocation.of("run"), "SERVICE");
    assertRefused(Invocation.of("forget"), "TICKET_ID");
    assertRefused(Invocation.of("forget", "T-1", " "), "is blank, expected an id");
    assertRefused(Invocation.of("forget", "x".repeat(257)), "257 code points, expected 256");
  }

  @Test
  void unknownKindServiceAndTopicListWhatThereIs() {
    assertRefused(
        Invocation.of("publish", "mails", "x"), "'mails'", "tickets, responses, settings, labels");
    assertRefused(Invocation.of("run", "all"), "'all'", "streams-app, scorer, drift-monitor");
    assertRefused(
        Invocation.of("watch", "ticket"), "'ticket'", "tickets, responses", "dead-letters");
  }

  @Test
  void unreadableInputIsNamed() {
    assertRefused(
        Invocation.of("publish", "tickets", folder.resolve("none.jsonl").toString()),
        "none.jsonl",
        "NoSuchFileException");
    assertRefused(Invocation.of("publish", "tickets", folder.toString()), "cannot read");
  }

  @Test
  void misspeltKeyGetsASuggestion() {
    assertRefused(
        Invocation.of("topics", "create", "--set", "topics.partition=3"),
        "topics.partition is no configuration key",
        "did you mean topics.partitions");
  }

  @Test
  void valueThatIsNotAllowedSaysWhatIs() {
    assertRefused(
        Invocation.of("topics", "create", "--set", "topics.partitions=0"),
        "topics.partitions = 0",
        "must be between 1 and 1024");
    assertRefused(Invocation.of("watch", "tickets", "--timeout", "soon"), "must be a duration");
    assertRefused(Invocation.of("watch", "tickets", "--max-messages", "0"), "at least 1");
    assertRefused(Invocation.of("topics", "create", "--set", "topics.partitions"), "KEY=VALUE");
  }

  @Test
  void unreadableConfigurationFilesAreNamed() {
    String missing = folder.resolve("none.properties").toString();

    assertRefused(Invocation.of("topics", "create", "--config", missing), "none.properties");
    assertRefused(
        Invocation.of("topics", "create", "--command-config", missing),
        "none.properties",
        "--command-config");
  }

  @Test
  void unreachableBrokerOfAClientsFileIsNamedAndDebugAddsTheStack() throws IOException {
    String address = closedAddress();
    Path file =
        Files.writeString(folder.resolve("client.properties"), "bootstrap.servers=" + address);

    Invocation described =
        Invocation.of("topics", "describe", "--command-config", file.toString(), "--debug");

    assertThat(described.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(described.err())
        .startsWith("prefstream: no Kafka broker answered at " + address)
        .contains("kafka.bootstrap-servers")
        .contains("\tat ");
  }

  private static void assertRefused(Invocation invocation, String... words) {
    assertThat(invocation.exitCode()).as(invocation.toString()).isEqualTo(ExitCode.USAGE);
    assertThat(invocation.err()).startsWith("prefstream: ").contains(words).doesNotContain("\tat ");
    assertThat(invocation.out()).isEmpty();
  }

  /** Where surely nobody listens: a port that was free a moment ago. */
  private static String closedAddress() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }
}
