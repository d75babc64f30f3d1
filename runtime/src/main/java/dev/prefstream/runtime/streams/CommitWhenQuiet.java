package dev.prefstream.runtime.streams;

import java.time.Duration;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * Asks for a commit when a processor did something and then, for as long as the stage waits for
 * records while a transaction is open, nothing more: a burst is committed when it is over, and not
 * at the next end of an interval that knows nothing of bursts. While records keep coming the
 * interval alone commits. One thread only.
 */
public final class CommitWhenQuiet {

  /** The Streams configuration has a {@link Duration} here: the stage's wait. */
  static final String CONFIG = "prefstream.commit.when.quiet";

  private boolean uncommitted;
  private boolean quiet;

  private CommitWhenQuiet() {}

  /** For a processor; called when it is initialised. */
  public static CommitWhenQuiet in(ProcessorContext<?, ?> context) {
    CommitWhenQuiet commits = new CommitWhenQuiet();
    context.schedule(wait(context), PunctuationType.WALL_CLOCK_TIME, now -> commits.look(context));
    return commits;
  }

  /** The processor changed a store or wrote a record. */
  public void worked() {
    uncommitted = true;
    quiet = false;
  }

  private void look(ProcessorContext<?, ?> context) {
    if (uncommitted && quiet) {
      context.commit();
      uncommitted = false;
    }
    quiet = true;
  }

  private static Duration wait(ProcessorContext<?, ?> context) {
    if (context.appConfigs().get(CONFIG) instanceof Duration wait) {
      return wait;
    }
    throw new IllegalStateException(
        "the Streams configuration lacks " + CONFIG + ": build it with StreamsStage");
  }
}
