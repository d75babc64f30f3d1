package dev.prefstream.benchmarks;

import dev.prefstream.benchmarks.report.Results;
import dev.prefstream.schemas.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A full topic of scoring requests and something that empties it onto the topic of scores. The rate
 * is taken over what a read_committed reader sees, without the first {@value #WARM_UP_TENTHS}
 * tenths, in which the process warms up, and the last.
 */
final class DrainArm implements Arm {

  private static final Duration LIMIT = Duration.ofMinutes(4);

  private static final int WARM_UP_TENTHS = 5;

  /** Records a second. */
  private static final int WARM_UP_RATE = 4_000;

  /** What empties the topic. */
  interface Subject {
    /** Starts on threads of its own and returns. */
    Running start(BenchCluster cluster, Round round) throws Exception;
  }

  /** A subject at work; closing it stops it. */
  interface Running extends AutoCloseable {

    /**
     * @throws RuntimeException when it has stopped by itself
     */
    default void check() {}
  }

  /** How many records to drain. */
  interface Amount {
    int records(Scale scale) throws Exception;
  }

  private final String name;
  private final List<TicketTexts.Text> texts;
  private final Amount amount;
  private final Map<String, String> set;
  private final int poisonEvery;
  private final @Nullable Subject warmUp;
  private final Subject subject;

  /**
   * @param set configuration keys for the cluster
   * @param poisonEvery every how manieth record is poison; 0 for none
   * @param warmUp the same around a model that costs nothing, to warm the process up with: where a
   *     model takes its time, the compiler would see too few records before they count; null where
   *     the subject is fast enough by itself
   */
  DrainArm(
      String name,
      List<TicketTexts.Text> texts,
      Amount amount,
      Map<String, String> set,
      int poisonEvery,
      @Nullable Subject warmUp,
      Subject subject) {
    this.name = name;
    this.texts = texts;
    this.amount = amount;
    this.set = set;
    this.poisonEvery = poisonEvery;
    this.warmUp = warmUp;
    this.subject = subject;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void run(Round round) throws Exception {
    int records = amount.records(round.scale());
    if (warmUp != null) {
      warmUp(warmUp, round);
    }
    IntPredicate poison = i -> poisonEvery > 0 && i % poisonEvery == poisonEvery - 1;
    Progress progress = new Progress(records);
    AtomicInteger healthyLost = new AtomicInteger();
    try (BenchCluster cluster = BenchCluster.start(round.folder(), set)) {
      String scores = cluster.installation().name(Topics.SCORES);
      String deadLetters = cluster.installation().name(Topics.DEAD_LETTERS);
      Requests.fill(cluster, texts, 0, records, poison);
      try (CommittedReader reader =
              new CommittedReader(
                  cluster.clientConfig(),
                  List.of(scores, deadLetters),
                  record -> {
                    progress.count();
                    if (record.topic().equals(deadLetters) && record.key()[0] == 't') {
                      healthyLost.incrementAndGet();
                    }
                  });
          Running running = subject.start(cluster, round)) {
        Waiting.until(
            "%d records to come".formatted(records),
            LIMIT,
            () -> {
              running.check();
              return progress.done();
            });
      }
    }
    round.record(name + ".throughput", "records/s", progress.perSecond());
    if (poisonEvery > 0) {
      round.record(name + ".healthy-lost", "", healthyLost.get());
    }
  }

  /**
   * Thousands of records and hundreds of commits, on a broker of their own; nothing counts. A
   * subject that is slower than the records come is not waited for.
   */
  private void warmUp(Subject subject, Round round) throws Exception {
    Path folder = Files.createDirectory(round.folder().resolve("warm-up"));
    Round uncounted = new Round(round.number(), round.scale(), folder, new Results());
    try (BenchCluster cluster = BenchCluster.start(folder, set);
        ScoredCount scored = new ScoredCount(cluster, LIMIT);
        Running running = subject.start(cluster, uncounted)) {
      Duration time = round.scale().warmUp();
      Requests.trickle(cluster, texts, WARM_UP_RATE, time);
      scored.await(running, 1);
    }
  }

  /** When the warm-up was through and when only the last tenth was left. One thread counts. */
  private static final class Progress {
    private final int records;
    private final AtomicLong count = new AtomicLong();
    private long begun;
    private long begunCount;
    private volatile long ended;
    private volatile long endedCount;

    Progress(int records) {
      this.records = records;
    }

    void count() {
      long now = count.incrementAndGet();
      if (begun == 0 && now >= records / 10 * WARM_UP_TENTHS) {
        begun = System.nanoTime();
        begunCount = now;
      } else if (ended == 0 && now >= records - records / 10) {
        endedCount = now;
        ended = System.nanoTime();
      }
    }

    boolean done() {
      return count.get() >= records;
    }

    double perSecond() {
      return (endedCount - begunCount) / ((ended - begun) / 1e9);
    }
  }
}
