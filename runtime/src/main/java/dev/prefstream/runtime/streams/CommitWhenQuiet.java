package dev.prefstream.runtime.streams;

import java.util.Map;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a commit when a processor did something and then the thread waited for records and none
 * came: a burst is committed when it is over, and not at the next end of an interval that knows
 * nothing of bursts. While records keep coming it is committed {@link StagePace#commitMillis} after
 * it began. One for a stage; each of its stream threads has work of its own.
 */
public final class CommitWhenQuiet {

  /** The Streams configuration has the stage's one here. */
  static final String CONFIG = "prefstream.commit.when.quiet";

  private final ThreadLocal<@Nullable ProcessorContext<?, ?>> uncommitted = new ThreadLocal<>();

  CommitWhenQuiet() {}

  /**
   * The stage's one, for a processor.
   *
   * @throws IllegalStateException when the stage was not built with {@link StreamsStage}
   */
  public static CommitWhenQuiet in(ProcessorContext<?, ?> context) {
    return from(context.appConfigs());
  }

  static CommitWhenQuiet from(Map<?, ?> configs) {
    if (configs.get(CONFIG) instanceof CommitWhenQuiet commits) {
      return commits;
    }
    throw new IllegalStateException(
        "the Streams configuration lacks " + CONFIG + ": build it with StreamsStage");
  }

  /**
   * The processor changed a store or wrote a record. A thread's tasks share a transaction, so the
   * last one to say so asks for all of them.
   */
  public void worked(ProcessorContext<?, ?> context) {
    uncommitted.set(context);
  }

  /** Asks for a commit of what this thread's processors did. */
  void ask() {
    ProcessorContext<?, ?> context = uncommitted.get();
    if (context != null) {
      context.commit();
      uncommitted.remove();
    }
  }

  /** This thread's transaction has ended. */
  void committed() {
    uncommitted.remove();
  }
}
