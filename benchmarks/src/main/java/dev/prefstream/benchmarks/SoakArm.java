package dev.prefstream.benchmarks;

import dev.prefstream.benchmarks.report.Figure;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Memory of the pipeline after a while under an even load it can bear. What stays on the heap after
 * a full collection; what is resident; and what of it is not the committed heap: code, classes,
 * threads, direct buffers, RocksDB, ONNX Runtime and the tokenizer. The embedded broker and the
 * load are in the same process.
 */
final class SoakArm implements Arm {

  static final double PER_SECOND = 100;

  private static final String AXIS = "minutes under load";
  private static final Duration DRAIN = Duration.ofMinutes(5);

  private final Path home;
  private final Shipped shipped;
  private final List<Integer> minutes;

  /**
   * @param minutes when to look, rising
   */
  SoakArm(Path home, Shipped shipped, List<Integer> minutes) {
    this.home = home;
    this.shipped = shipped;
    this.minutes = minutes;
  }

  @Override
  public String name() {
    return "soak";
  }

  @Override
  public boolean asQuickstart() {
    return true;
  }

  @Override
  public Turn turn() {
    return Turn.ON_REQUEST;
  }

  @Override
  public void run(Round round) throws Exception {
    try (Pipeline pipeline =
            Pipeline.start(home, round.folder(), new Shapes(), Pipeline.WHOLE, Scorer.shipped());
        Tickets tickets = Tickets.of(pipeline.cluster(), shipped, Tickets.MANY_AHEAD);
        CommittedReader reader =
            new CommittedReader(
                pipeline.cluster().clientConfig(), pipeline.decisions(), tickets::decided)) {
      int passed = 0;
      for (int minute : minutes) {
        tickets.pace(PER_SECOND, Duration.ofMinutes(minute - passed));
        passed = minute;
        pipeline.check();
        Waiting.until("every ticket to be decided", DRAIN, tickets::allDecided);
        look(round, minute);
      }
      round.record("soak.decided", "tickets", tickets.decisions());
    }
  }

  private void look(Round round, int minute) {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    // The second collection takes what the first one's cleaners let go.
    for (int i = 0; i < 2; i++) {
      memory.gc();
      LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
    }
    double heap = mib(memory.getHeapMemoryUsage().getUsed());
    record(round, "heap after GC", minute, heap);
    record(round, "non-heap of the JVM", minute, mib(memory.getNonHeapMemoryUsage().getUsed()));
    record(
        round,
        "direct buffers",
        minute,
        mib(
            ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum()));
    ProcessMemory.nowMiB(ProcessHandle.current().pid())
        .ifPresent(
            resident -> {
              record(round, "resident", minute, resident);
              record(
                  round,
                  "resident beside the committed heap",
                  minute,
                  resident - mib(memory.getHeapMemoryUsage().getCommitted()));
            });
  }

  private static void record(Round round, String series, int minute, double value) {
    round.record(Figure.point("soak", new Figure.Point(series, AXIS, minute), "MiB"), value);
  }

  private static double mib(long bytes) {
    return bytes / (double) (1 << 20);
  }
}
