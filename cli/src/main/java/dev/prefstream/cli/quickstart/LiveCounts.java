package dev.prefstream.cli.quickstart;

import dev.prefstream.schemas.avro.DeadLetter;
import dev.prefstream.schemas.avro.Route;
import dev.prefstream.schemas.avro.RoutingDecision;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What has come out since the process started. Latency is from the ticket's record timestamp, which
 * every stage passes on, to the decision's arrival at a {@code read_committed} reader. Safe for use
 * by many threads.
 */
final class LiveCounts {

  private static final long LONGEST_MILLIS = 24L * 3_600_000;

  final LongAdder published = new LongAdder();
  final LongAdder urgent = new LongAdder();
  final LongAdder standard = new LongAdder();
  final LongAdder escalated = new LongAdder();
  final LongAdder autoResponses = new LongAdder();
  final LongAdder deadLettered = new LongAdder();
  final LongAdder alerts = new LongAdder();
  private final ConcurrentHistogram latency = new ConcurrentHistogram(LONGEST_MILLIS, 3);
  private volatile long lastDecisionAt;

  /** Counts a decision. */
  void decided(RoutingDecision decision, ConsumerRecord<byte[], byte[]> record, long receivedAt) {
    if (decision.getRevision() > 1) {
      escalated.increment();
      return;
    }
    (decision.getRoute() == Route.URGENT ? urgent : standard).increment();
    latency.recordValue(Math.min(LONGEST_MILLIS, Math.max(0, receivedAt - record.timestamp())));
    lastDecisionAt = receivedAt;
  }

  /** Counts a dead letter. */
  void refused(DeadLetter letter, ConsumerRecord<byte[], byte[]> record, long receivedAt) {
    deadLettered.increment();
  }

  /** First decisions so far. */
  long decisions() {
    return urgent.sum() + standard.sum();
  }

  /** Wall clock of the last first decision in milliseconds; 0 before any. */
  long lastDecisionAt() {
    return lastDecisionAt;
  }

  /** Latencies so far in milliseconds; a copy. */
  Histogram latency() {
    return latency.copy();
  }
}
