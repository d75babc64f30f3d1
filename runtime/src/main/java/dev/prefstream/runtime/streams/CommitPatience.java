package dev.prefstream.runtime.streams;

import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * How long the commit of a burst may wait for the next burst: a tenth of what its records have
 * waited already beyond {@link #IN_TIME_MILLIS}. Where tickets are in time each burst is committed
 * when it is over; where they are late, as behind a model with a backlog, several are committed
 * together and the broker has fewer transactions to end. Mutable; one thread.
 */
final class CommitPatience {

  /** Records that are not older are in time, in ms. */
  static final long IN_TIME_MILLIS = 500;

  private static final long SHARE = 10;
  private static final long NONE = Long.MIN_VALUE;

  private final long mostMillis;
  private long youngest = NONE;

  /**
   * @param most the longest that a commit waits however late its records are
   */
  CommitPatience(Duration most) {
    this.mostMillis = most.toMillis();
  }

  /** A record that the next commit is about; the youngest counts. */
  void took(ConsumerRecord<?, ?> record) {
    youngest = Math.max(youngest, record.timestamp());
  }

  /** What was taken is committed. */
  void committed() {
    youngest = NONE;
  }

  /**
   * How long the commit may wait.
   *
   * @param now in ms since the epoch
   */
  Duration at(long now) {
    if (youngest == NONE) {
      return Duration.ZERO;
    }
    long late = now - youngest - IN_TIME_MILLIS;
    return Duration.ofMillis(Math.max(0, Math.min(mostMillis, late / SHARE)));
  }
}
