package dev.prefstream.cli.drift;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.prefstream.cli.ClusterFixture;
import dev.prefstream.cli.Invocation;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class DriftCommandIT extends ClusterFixture {

  @Test
  void whatAPersonSaysStandsOnItsTopic() throws IOException {
    createTopics();

    Invocation reset = run("drift", "reset-reference", "acme/US/en", "--reason", "new prices");
    Invocation done = run("drift", "retraining-done", "abc/retrain", "--declined");

    assertThat(reset.exitCode()).as(reset.err()).isZero();
    assertThat(done.exitCode()).as(done.err()).isZero();
    List<JsonNode> resets = watch("reference-resets");
    assertThat(resets).hasSize(1);
    assertThat(resets.get(0).toString()).contains("acme/US/en").contains("new prices");
    List<JsonNode> dones = watch("retraining-done");
    assertThat(dones).hasSize(1);
    assertThat(dones.get(0).toString()).contains("abc/retrain").contains("DECLINED");
  }
}
