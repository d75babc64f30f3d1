package dev.prefstream.benchmarks;

import java.time.Duration;

/**
 * The most that a pipeline decides in a second, and what a decision takes of the processor then.
 */
final class Saturation {

  private static final Duration FIRST = Duration.ofSeconds(120);
  private static final Duration DRAIN = Duration.ofSeconds(120);

  /**
   * What was found.
   *
   * @param perSecond decisions a second
   * @param microsEach processor time of the whole process for each of them, in microseconds
   */
  record Found(double perSecond, double microsEach) {}

  private Saturation() {}

  /**
   * Publishes as fast as decisions come, and blocks until all is decided.
   *
   * @param warm called when what follows counts
   * @return decisions a second
   */
  static double rate(Scale scale, Pipeline pipeline, Tickets tickets, Runnable warm)
      throws Exception {
    return find(scale.warmUp(), scale.measure(), pipeline, tickets, warm).perSecond();
  }

  /**
   * The same for another time.
   *
   * @param warmUp from the first decision on
   */
  static Found find(
      Duration warmUp, Duration measure, Pipeline pipeline, Tickets tickets, Runnable warm)
      throws Exception {
    Thread publisher = new Thread(tickets::saturate, "bench-publisher");
    publisher.start();
    Found found;
    try {
      Waiting.until("the first decisions", FIRST, () -> tickets.decisions() > 0);
      Waiting.pass(warmUp);
      warm.run();
      long before = tickets.decisions();
      long begun = System.nanoTime();
      long processor = Machine.processorNanos();
      Waiting.pass(measure);
      double decided = tickets.decisions() - before;
      found =
          new Found(
              decided / ((System.nanoTime() - begun) / 1e9),
              (Machine.processorNanos() - processor) / 1e3 / decided);
      pipeline.check();
    } finally {
      tickets.stop();
      publisher.join();
    }
    Waiting.until("every ticket to be decided", DRAIN, tickets::allDecided);
    tickets.again();
    return found;
  }
}
