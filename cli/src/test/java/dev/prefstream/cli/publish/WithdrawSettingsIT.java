package dev.prefstream.cli.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.prefstream.cli.ClusterFixture;
import dev.prefstream.cli.Invocation;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class WithdrawSettingsIT extends ClusterFixture {

  @Test
  void aRecordWithoutValueStandsUnderTheTenant() throws IOException {
    createTopics();

    Invocation withdrawn = run("withdraw-settings", "acme", "globex");

    assertThat(withdrawn.exitCode()).as(withdrawn.err()).isZero();
    List<JsonNode> settings = watch("preference-settings");
    assertThat(settings)
        .extracting(record -> record.get("key").asText())
        .containsExactlyInAnyOrder("acme", "globex");
    assertThat(settings).allMatch(record -> record.get("value").isNull());
  }
}
