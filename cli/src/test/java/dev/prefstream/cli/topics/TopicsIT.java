package dev.prefstream.cli.topics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.cli.ClusterFixture;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.Invocation;
import dev.prefstream.schemas.Topics;
import org.junit.jupiter.api.Test;

class TopicsIT extends ClusterFixture {

  @Test
  void dryRunCreatesNothing() {
    Invocation dry = run("topics", "create", "--dry-run");
    Invocation described = run("topics", "describe");

    assertThat(dry.exitCode()).as(dry.err()).isZero();
    assertThat(dry.lines()).hasSize(1 + Topics.all().size());
    assertThat(dry.out()).contains("dryRunCreatesNothing.tickets").contains("created");
    assertThat(described.lines().stream().skip(1))
        .hasSize(Topics.all().size())
        .allSatisfy(line -> assertThat(line).endsWith("missing"));
    assertThat(described.err()).contains("prefstream topics create");
  }

  @Test
  void createsWhatIsMissingAndLeavesWhatIsThere() {
    Invocation first = run("topics", "create");
    Invocation second = run("topics", "create");
    Invocation described = run("topics", "describe");

    assertThat(first.exitCode()).isZero();
    assertThat(first.lines().stream().skip(1))
        .allSatisfy(line -> assertThat(line).endsWith("created"));
    assertThat(second.exitCode()).isZero();
    assertThat(second.lines().stream().skip(1))
        .allSatisfy(line -> assertThat(line).endsWith("there already"));
    assertThat(described.lines().stream().skip(1))
        .allSatisfy(line -> assertThat(line).endsWith("ok"));
  }

  @Test
  void describeSaysHowTopicsDiffer() {
    createTopics();
    configuration.put("topics.partitions", "12");

    Invocation described = run("topics", "describe");

    assertThat(described.exitCode()).isZero();
    assertThat(described.out())
        .contains("partitions 6, expected 12")
        .contains("describeSaysHowTopicsDiffer.dead-letters");
  }

  @Test
  void moreCopiesThanBrokersSaysWhatToSet() {
    configuration.put("topics.replication-factor", "3");

    Invocation created = run("topics", "create");

    assertThat(created.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(created.err())
        .startsWith("prefstream: cannot create ")
        .contains("topics.replication-factor")
        .doesNotContain("\tat ");
  }
}
