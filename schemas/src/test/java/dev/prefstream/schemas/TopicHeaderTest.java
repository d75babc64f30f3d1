package dev.prefstream.schemas;

import static dev.prefstream.schemas.TopicHeader.EVENT_ID;
import static dev.prefstream.schemas.TopicHeader.TRACEPARENT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class TopicHeaderTest {

  @Test
  void namesAreThoseOfTheirStandards() {
    assertThat(EnumSet.allOf(TopicHeader.class))
        .extracting(TopicHeader::key)
        .containsExactly(
            "traceparent",
            "__streams.errors.exception",
            "__streams.errors.message",
            "__streams.errors.stacktrace",
            "__streams.errors.topic",
            "__streams.errors.partition",
            "__streams.errors.offset",
            "ce_specversion",
            "ce_id",
            "ce_source",
            "ce_type",
            "ce_subject",
            "ce_time");
  }

  @Test
  void theLastOfANameCounts() {
    RecordHeaders headers = new RecordHeaders();
    assertThat(EVENT_ID.text(headers)).isNull();

    EVENT_ID.add(headers, "first");
    EVENT_ID.add(headers, "zweite Änderung");

    assertThat(EVENT_ID.text(headers)).isEqualTo("zweite Änderung");
    assertThat(headers.headers("ce_id")).hasSize(2);
  }

  @Test
  void oneWithoutAValueSaysNothing() {
    RecordHeaders headers = new RecordHeaders();
    headers.add("traceparent", null);

    assertThat(TRACEPARENT.text(headers)).isNull();
  }

  @Test
  void everyTopicHasATraceAndSomeHaveMore() {
    assertThat(Topics.all()).allSatisfy(t -> assertThat(TopicHeader.of(t)).contains(TRACEPARENT));
    assertThat(TopicHeader.of(Topics.TICKETS)).containsExactly(TRACEPARENT);
    assertThat(TopicHeader.of(Topics.RETRAINING_TRIGGERS))
        .isEqualTo(TopicHeader.of(Topics.DRIFT_ALERTS));
    Set<TopicHeader> all = EnumSet.copyOf(TopicHeader.of(Topics.DEAD_LETTERS));
    all.addAll(TopicHeader.of(Topics.DRIFT_ALERTS));
    assertThat(all).isEqualTo(EnumSet.allOf(TopicHeader.class));
  }
}
