package dev.prefstream.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.schemas.Topics;
import org.junit.jupiter.api.Test;

class TopicAdminTest {

  @Test
  void whatIsAcknowledgedIsOnTwoBrokersWhereThereAreThreeCopies() {
    assertThat(TopicAdmin.creation(Topics.SCORES, 3)).containsEntry("min.insync.replicas", "2");
    assertThat(TopicAdmin.creation(Topics.SCORES, 2)).doesNotContainKey("min.insync.replicas");
  }
}
