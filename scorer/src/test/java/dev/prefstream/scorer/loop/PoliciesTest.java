package dev.prefstream.scorer.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionAbortedException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PoliciesTest {

  private static final long MILLIS = 1_000_000;

  @Nested
  class Epochs {
    private final EpochPolicy policy = new EpochPolicy(20 * MILLIS, 200 * MILLIS, 1_000);

    @Test
    void commitNothingWhenNothingIsReady() {
      assertThat(policy.due(0, 0, 1_000 * MILLIS, 0, false)).isFalse();
    }

    @Test
    void commitAtOnceWhenNothingElseIsUnderWay() {
      assertThat(policy.due(1, 0, 0, 0, false)).isTrue();
    }

    @Test
    void waitForTheIntervalWhileMoreIsUnderWay() {
      assertThat(policy.due(10, 5, 19 * MILLIS, 1 * MILLIS, false)).isFalse();
      assertThat(policy.due(10, 5, 20 * MILLIS, 1 * MILLIS, false)).isTrue();
    }

    @Test
    void growWhenCommitsAreSlow() {
      assertThat(policy.due(10, 5, 99 * MILLIS, 20 * MILLIS, false)).isFalse();
      assertThat(policy.due(10, 5, 100 * MILLIS, 20 * MILLIS, false)).isTrue();
      assertThat(policy.due(10, 5, 200 * MILLIS, 500 * MILLIS, false)).isTrue();
    }

    @Test
    void takeTheirTimeWhileInputIsHeldBack() {
      assertThat(policy.due(10, 5, 199 * MILLIS, 1 * MILLIS, true)).isFalse();
      assertThat(policy.due(10, 5, 200 * MILLIS, 1 * MILLIS, true)).isTrue();
      assertThat(policy.due(10, 0, 0, 0, true)).as("nothing else under way").isTrue();
    }

    @Test
    void commitWhenFull() {
      assertThat(policy.due(1_000, 5, 0, 0, false)).isTrue();
    }
  }

  @Nested
  class TheBreaker {

    @Test
    void staysClosedUpToItsShare() {
      Breaker breaker = Breaker.closed(100, 0.05).after(Collections.nCopies(5, true));

      assertThat(breaker.open()).isFalse();
      assertThat(breaker.after(List.of(true)).open()).isTrue();
      assertThat(breaker.open()).as("unchanged by asking").isFalse();
    }

    @Test
    void forgetsWhatLeftTheWindow() {
      Breaker breaker =
          Breaker.closed(100, 0.05)
              .after(Collections.nCopies(5, true))
              .after(Collections.nCopies(100, false))
              .after(Collections.nCopies(5, true));

      assertThat(breaker.open()).isFalse();
    }
  }

  @Nested
  class TheBackpressure {
    private final Backpressure backpressure = new Backpressure();

    @Test
    void stopsAtFourBudgetsAndResumesAtTwo() {
      assertThat(backpressure.accepts(399, 100)).isTrue();
      assertThat(backpressure.accepts(400, 100)).isFalse();
      assertThat(backpressure.accepts(201, 100)).isFalse();
      assertThat(backpressure.accepts(200, 100)).isTrue();
      assertThat(backpressure.accepts(399, 100)).isTrue();
    }
  }

  @Nested
  class Fencings {

    @Test
    void areTooManyOnlyWithinAMinute() {
      FencingWatch slow = new FencingWatch();
      FencingWatch fast = new FencingWatch();
      boolean tooMany = false;
      for (int i = 0; i < 20; i++) {
        assertThat(slow.tooMany(i * Duration.ofSeconds(15).toNanos())).isFalse();
        tooMany = fast.tooMany(i * Duration.ofSeconds(1).toNanos());
      }
      assertThat(tooMany).isTrue();
    }

    /** Or of two instances of one name both give up before the older one hears that it is. */
    @Test
    void areAnsweredAtOnceFirstAndThenAfterTheNextHeartbeat() {
      FencingWatch watch = new FencingWatch();
      long heartbeat = Duration.ofSeconds(3).toMillis();
      watch.tooMany(0);
      assertThat(watch.waitMillis()).isZero();
      watch.tooMany(MILLIS);
      assertThat(watch.waitMillis()).isGreaterThan(heartbeat);
      watch.tooMany(MILLIS + Duration.ofSeconds(61).toNanos());
      assertThat(watch.waitMillis()).as("the first within a minute again").isZero();
    }
  }

  @Nested
  class FailuresOfATransaction {

    /** The first is how a commit ends that comes after its transaction's time (KAFKA-20785). */
    @Test
    void areAnsweredByANewProducerThoughTheClientCallsThemFatal() {
      for (RuntimeException failure :
          List.of(
              new InvalidTxnStateException("late"),
              new ProducerFencedException("fenced"),
              new InvalidProducerEpochException("epoch"),
              new InvalidPidMappingException("expired"),
              new OutOfOrderSequenceException("sequence"),
              new TransactionAbortedException("aborted"),
              new CommitFailedException(),
              new TimeoutException("sent for too long"))) {
        assertThat(LoopErrors.fatal(failure)).as("%s", failure).isFalse();
        assertThat(LoopErrors.fatal(new KafkaException("in a batch", failure)))
            .as("%s as a cause", failure)
            .isFalse();
      }
    }

    @Test
    void stopTheServiceWhereTheyWouldComeBackForEver() {
      for (RuntimeException failure :
          List.of(
              new RecordTooLargeException("13 MiB"),
              new TransactionalIdAuthorizationException("no right"),
              new SaslAuthenticationException("no password"),
              new LoopFailure("input is gone"))) {
        assertThat(LoopErrors.fatal(failure)).as("%s", failure).isTrue();
        assertThat(LoopErrors.fatal(new KafkaException("in a batch", failure)))
            .as("%s as a cause", failure)
            .isTrue();
      }
    }
  }
}
