package dev.prefstream.scorer.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where reading begins and goes back to, as far as one broker that keeps its log cannot show. */
class PositionsTest {

  private static final String TOPIC = "scoring-requests";
  private static final TopicPartition ONE = new TopicPartition(TOPIC, 0);
  private static final TopicPartition OTHER = new TopicPartition(TOPIC, 1);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
  private boolean scoredBefore;
  private final Positions positions = new Positions(consumer, TOPIC, () -> scoredBefore);

  @BeforeEach
  void assign() {
    Node node = new Node(0, "localhost", 9092);
    Node[] copies = {node};
    consumer.updatePartitions(
        TOPIC,
        List.of(
            new PartitionInfo(TOPIC, 0, node, copies, copies),
            new PartitionInfo(TOPIC, 1, node, copies, copies)));
    consumer.assign(Set.of(ONE, OTHER));
    consumer.updateBeginningOffsets(Map.of(ONE, 3L, OTHER, 0L));
    consumer.updateEndOffsets(Map.of(ONE, 90L, OTHER, 50L));
  }

  @Test
  void offsetsCarryTheLeaderEpochOfWhatTheyFollow() {
    assertThat(positions.after(record(41, Optional.of(7))))
        .isEqualTo(new OffsetAndMetadata(42, Optional.of(7), ""));
    assertThat(positions.after(record(41, Optional.empty())))
        .isEqualTo(new OffsetAndMetadata(42, Optional.empty(), ""));
  }

  @Test
  void whatWasReadPastTheLastRecordIsCommittedToo() {
    ConsumerRecord<byte[], byte[]> last = record(41, Optional.of(7));
    OffsetAndMetadata pastMarkers = new OffsetAndMetadata(44, Optional.of(8), "");
    positions.reached(new ConsumerRecords<>(Map.of(ONE, List.of(last)), Map.of(ONE, pastMarkers)));

    assertThat(positions.afterAll(ONE, last)).isEqualTo(pastMarkers);
    positions.leave(Set.of(ONE));
    assertThat(positions.afterAll(ONE, last)).isEqualTo(positions.after(last));
  }

  @Test
  void aTruncatedLogStopsTheServiceAndSkipsNothing() {
    LogTruncationException truncated =
        new LogTruncationException(
            Map.of(ONE, 100L), Map.of(ONE, new OffsetAndMetadata(90, Optional.of(3), "")));

    assertThat(positions.outOfRange(truncated))
        .isInstanceOf(LoopFailure.class)
        .hasCause(truncated)
        .hasMessageContaining("input is gone that was not scored: scoring-requests-0")
        .hasMessageContaining("the next offset is 100, found records from 3 to 90")
        .hasMessageContaining("truncation");
  }

  @Test
  void goesBackToWhatIsCommittedAndBeginsWhatNeverWas() {
    consumer.commitSync(Map.of(ONE, new OffsetAndMetadata(20)));
    consumer.seek(ONE, 70);
    consumer.seek(OTHER, 30);
    scoredBefore = true;

    positions.rewind();

    assertThat(consumer.position(ONE)).isEqualTo(20);
    assertThat(consumer.position(OTHER)).as("a new partition").isZero();
  }

  @Test
  void aGroupWithoutAnyOffsetBeginsOnlyWhereNothingWasScored() {
    positions.rewind();
    assertThat(consumer.position(ONE)).isEqualTo(3);

    scoredBefore = true;
    assertThatThrownBy(positions::rewind)
        .isInstanceOf(LoopFailure.class)
        .hasMessageContaining("the consumer group has no offsets any more");
  }

  private static ConsumerRecord<byte[], byte[]> record(long offset, Optional<Integer> epoch) {
    return new ConsumerRecord<>(
        TOPIC,
        0,
        offset,
        0,
        TimestampType.CREATE_TIME,
        0,
        0,
        new byte[0],
        new byte[0],
        new RecordHeaders(),
        epoch);
  }
}
