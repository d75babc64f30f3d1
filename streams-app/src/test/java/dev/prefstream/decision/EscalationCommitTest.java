package dev.prefstream.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.runtime.streams.StageCounters;
import dev.prefstream.runtime.streams.StreamClock;
import dev.prefstream.schemas.avro.Score;
import dev.prefstream.streamsapp.StageDriver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which of what it does the decision stage commits at once. The scoring stage writes first routings
 * to the topic of escalations: nobody may wait for these behind an open transaction.
 */
class EscalationCommitTest {

  private static final long START = StageDriver.START.toEpochMilli();
  private static final Duration WAIT = Duration.ofMinutes(15);

  private MockProcessorContext<String, SpecificRecord> context;
  private Decider decider;

  @BeforeEach
  void start(@TempDir Path dir) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "decision");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:9092");
    context = new MockProcessorContext<>(properties, new TaskId(0, 0), dir.toFile());
    context.setCurrentSystemTimeMs(START);
    for (StoreBuilder<?> builder : DecisionStores.builders()) {
      StateStore store = builder.withLoggingDisabled().withCachingDisabled().build();
      store.init(context.getStateStoreContext(), store);
      context.addStateStore(store);
    }
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    decider =
        new Decider(
            DecisionOptions.of(
                StageDriver.configuration(
                    "escalation", dir, Map.of("decision.response-floor", "0.5"))),
            new StreamClock(DecisionTopology.STAGE, Duration.ofMinutes(5), registry),
            new StageCounters(DecisionTopology.STAGE, registry),
            new DecisionMeters(registry));
    decider.init(context);
  }

  @AfterEach
  void close() {
    for (StoreBuilder<?> builder : DecisionStores.builders()) {
      context.getStateStore(builder.name()).close();
    }
  }

  @Test
  void routingsAndAnswersWaitForTheNextCommit() {
    process(Scores.ticket("urgent", 0.9), START);
    process(Scores.ticket("T-1", 0.1), START);
    process(Scores.response("T-1", "R-1", 0.9), START);
    look(START + Duration.ofSeconds(2).toMillis());

    assertThat(context.forwarded()).hasSize(4);
    assertThat(context.committed()).isFalse();
  }

  @Test
  void anEscalationByTheWallClockIsCommittedAtOnce() {
    process(Scores.ticket("T-1", 0.1), START);
    look(START + WAIT.toMillis() - 1);
    assertThat(context.committed()).isFalse();

    look(START + WAIT.toMillis());

    assertThat(context.committed()).isTrue();
  }

  @Test
  void anEscalationByStreamTimeIsCommittedAtOnce() {
    process(Scores.ticket("T-1", 0.1), START - WAIT.toMillis());

    process(Scores.ticket("T-2", 0.1), START);

    assertThat(context.committed()).isTrue();
  }

  private void process(Score score, long time) {
    context.setRecordMetadata("scores", 0, 0);
    context.setCurrentStreamTimeMs(time);
    decider.process(new Record<>(score.getTicketId(), score, time));
  }

  /** The first clock is the one that ends waiting. */
  private void look(long now) {
    context.setCurrentSystemTimeMs(now);
    MockProcessorContext.CapturedPunctuator clock = context.scheduledPunctuators().get(0);
    assertThat(clock.getType()).isEqualTo(PunctuationType.WALL_CLOCK_TIME);
    clock.getPunctuator().punctuate(now);
  }
}
