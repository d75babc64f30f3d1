package dev.prefstream.runtime.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitWhenQuietTest {

  @TempDir Path folder;
  private final CommitWhenQuiet commits = new CommitWhenQuiet();

  @Test
  void commitsOnceForAllThatWasDone() {
    MockProcessorContext<Object, Object> context = context(commits);

    CommitWhenQuiet.in(context).worked(context);
    assertThat(context.committed()).as("before it asks").isFalse();
    commits.ask();
    assertThat(context.committed()).as("when it asks").isTrue();

    context.resetCommit();
    commits.ask();
    assertThat(context.committed()).as("with nothing new").isFalse();
  }

  @Test
  void asksForNothingThatTheIntervalHasCommitted() {
    MockProcessorContext<Object, Object> context = context(commits);
    commits.worked(context);

    commits.committed();
    commits.ask();

    assertThat(context.committed()).isFalse();
  }

  @Test
  void leavesTheWorkOfOtherThreadsAlone() throws InterruptedException {
    MockProcessorContext<Object, Object> context = context(commits);
    commits.worked(context);

    Thread other = new Thread(commits::ask);
    other.start();
    other.join();
    assertThat(context.committed()).isFalse();

    commits.ask();
    assertThat(context.committed()).isTrue();
  }

  @Test
  void saysThatTheStageIsToBeBuiltWithStreamsStage() {
    assertThatThrownBy(() -> CommitWhenQuiet.in(context(new Object())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("StreamsStage");
  }

  private MockProcessorContext<Object, Object> context(Object configured) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "quiet");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
    properties.put(CommitWhenQuiet.CONFIG, configured);
    return new MockProcessorContext<>(properties, new TaskId(0, 0), folder.toFile());
  }
}
