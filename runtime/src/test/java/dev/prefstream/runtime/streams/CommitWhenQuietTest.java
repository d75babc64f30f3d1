package dev.prefstream.runtime.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedPunctuator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitWhenQuietTest {

  @TempDir Path folder;

  @Test
  void commitsOnceWhenNothingCameForAsLongAsAWait() {
    MockProcessorContext<Object, Object> context = context();
    CommitWhenQuiet commits = CommitWhenQuiet.in(context);
    CapturedPunctuator looks = context.scheduledPunctuators().get(0);
    assertThat(looks.getInterval()).isEqualTo(Duration.ofMillis(7));

    commits.worked();
    looks.getPunctuator().punctuate(7);
    assertThat(context.committed()).as("within a wait of the last record").isFalse();

    looks.getPunctuator().punctuate(14);
    assertThat(context.committed()).as("after a wait without one").isTrue();

    context.resetCommit();
    looks.getPunctuator().punctuate(21);
    assertThat(context.committed()).as("with nothing to commit").isFalse();
  }

  @Test
  void leavesTheCommitToTheIntervalWhileRecordsKeepComing() {
    MockProcessorContext<Object, Object> context = context();
    CommitWhenQuiet commits = CommitWhenQuiet.in(context);

    for (int look = 0; look < 100; look++) {
      commits.worked();
      context.scheduledPunctuators().get(0).getPunctuator().punctuate(look);
    }

    assertThat(context.committed()).isFalse();
  }

  private MockProcessorContext<Object, Object> context() {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "quiet");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
    properties.put(CommitWhenQuiet.CONFIG, Duration.ofMillis(7));
    return new MockProcessorContext<>(properties, new TaskId(0, 0), folder.toFile());
  }
}
