package dev.prefstream.runtime.streams;

import dev.prefstream.runtime.metrics.Metric;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.apache.kafka.streams.processor.api.ProcessingContext;

/**
 * Stream time that one bad clock cannot carry away. Kafka's own is the largest record time seen: a
 * single record from next year would end every waiting and every retention at once. Here it stands
 * at most {@code tolerance} ahead of this machine's clock. Records whose time is further ahead, or
 * that far behind both stream time and the clock, are counted. One thread only.
 */
public final class StreamClock {

  private final long toleranceMs;
  private final Counter ahead;
  private final Counter behind;

  /**
   * @param stage intake, decision, oversight or drift
   * @param tolerance how far clocks of publishers may differ from this machine's
   */
  public StreamClock(String stage, Duration tolerance, MeterRegistry registry) {
    this.toleranceMs = tolerance.toMillis();
    this.ahead = Metric.SKEWED.counter(registry, stage, "ahead");
    this.behind = Metric.SKEWED.counter(registry, stage, "behind");
  }

  /** Stream time in milliseconds since the epoch. */
  public long now(ProcessingContext context) {
    return Math.min(context.currentStreamTimeMs(), context.currentSystemTimeMs() + toleranceMs);
  }

  /** Whether a time lies further ahead of this machine's clock than is tolerated. */
  public boolean isAhead(long time, ProcessingContext context) {
    return time > context.currentSystemTimeMs() + toleranceMs;
  }

  /** Counts a record whose time is off; returns its time, or the present where it is ahead. */
  public long observe(long time, ProcessingContext context) {
    if (isAhead(time, context)) {
      ahead.increment();
      return context.currentSystemTimeMs();
    }
    // Stream time itself may stand ahead of the clock: records in time are not late for that.
    if (time < Math.min(now(context), context.currentSystemTimeMs()) - toleranceMs) {
      behind.increment();
    }
    return time;
  }
}
