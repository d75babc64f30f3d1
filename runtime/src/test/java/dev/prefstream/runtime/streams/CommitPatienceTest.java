package dev.prefstream.runtime.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class CommitPatienceTest {

  private static final long NOW = 1_772_000_000_000L;

  private final CommitPatience patience = new CommitPatience(Duration.ofMillis(250));

  private void takeOneThatIsOld(long millis) {
    patience.took(
        new ConsumerRecord<>(
            "scores",
            0,
            0,
            NOW - millis,
            TimestampType.CREATE_TIME,
            0,
            0,
            "key",
            "value",
            new RecordHeaders(),
            Optional.empty()));
  }

  @Test
  void recordsInTimeAreCommittedAtOnce() {
    assertThat(patience.at(NOW)).isEqualTo(Duration.ZERO);
    takeOneThatIsOld(CommitPatience.IN_TIME_MILLIS);
    assertThat(patience.at(NOW)).isEqualTo(Duration.ZERO);
  }

  @Test
  void lateOnesMayWaitATenthAsLong() {
    takeOneThatIsOld(2_500);

    assertThat(patience.at(NOW)).isEqualTo(Duration.ofMillis(200));
    assertThat(patience.at(NOW + 100)).isEqualTo(Duration.ofMillis(210));
  }

  @Test
  void noneWaitsLongerThanTheMost() {
    takeOneThatIsOld(Duration.ofDays(2).toMillis());

    assertThat(patience.at(NOW)).isEqualTo(Duration.ofMillis(250));
  }

  @Test
  void theYoungestCounts() {
    takeOneThatIsOld(2_500);
    takeOneThatIsOld(10);
    takeOneThatIsOld(2_000);

    assertThat(patience.at(NOW)).isEqualTo(Duration.ZERO);
  }

  @Test
  void whatIsCommittedCountsNoMore() {
    takeOneThatIsOld(10);
    patience.committed();
    takeOneThatIsOld(1_500);

    assertThat(patience.at(NOW)).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void aTimeInTheFutureIsInTime() {
    takeOneThatIsOld(-5_000);

    assertThat(patience.at(NOW)).isEqualTo(Duration.ZERO);
  }
}
