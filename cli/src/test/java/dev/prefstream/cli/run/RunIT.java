package dev.prefstream.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.cli.ClusterFixture;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.Invocation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class RunIT extends ClusterFixture {

  @Test
  void missingTopicsAreNamedWithTheCommandThatCreatesThem() {
    Invocation started = run("run", "drift-monitor");

    assertThat(started.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(started.err()).contains("has no topic").contains("prefstream topics create");
  }

  @Test
  void portInUseIsNamedWithTheKeyThatSetsIt() throws IOException {
    createTopics();
    configuration.put("streams.state-dir", folder.toString());
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      configuration.put("http.port", Integer.toString(taken.getLocalPort()));

      Invocation started = run("run", "drift-monitor");

      assertThat(started.exitCode()).isEqualTo(ExitCode.FAILED);
      assertThat(started.err())
          .contains("127.0.0.1:" + taken.getLocalPort() + " is already in use")
          .contains("http.port")
          .doesNotContain("unexpected")
          .doesNotContain("\tat ");
    }
  }
}
