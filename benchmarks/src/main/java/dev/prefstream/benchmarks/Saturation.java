package dev.prefstream.benchmarks;

import java.time.Duration;

/** The most that a pipeline decides in a second. */
final class Saturation {

  private static final Duration FIRST = Duration.ofSeconds(120);
  private static final Duration DRAIN = Duration.ofSeconds(120);

  private Saturation() {}

  /**
   * Publishes as fast as decisions come, and blocks until all is decided.
   *
   * @param warm called when what follows counts
   * @return decisions a second
   */
  static double rate(Scale scale, Pipeline pipeline, Tickets tickets, Runnable warm)
      throws Exception {
    return rate(scale.warmUp(), scale.measure(), pipeline, tickets, warm);
  }

  /**
   * The same for another time.
   *
   * @param warmUp from the first decision on
   */
  static double rate(
      Duration warmUp, Duration measure, Pipeline pipeline, Tickets tickets, Runnable warm)
      throws Exception {
    Thread publisher = new Thread(tickets::saturate, "bench-publisher");
    publisher.start();
    double rate;
    try {
      Waiting.until("the first decisions", FIRST, () -> tickets.decisions() > 0);
      Waiting.pass(warmUp);
      warm.run();
      long before = tickets.decisions();
      long begun = System.nanoTime();
      Waiting.pass(measure);
      rate = (tickets.decisions() - before) / ((System.nanoTime() - begun) / 1e9);
      pipeline.check();
    } finally {
      tickets.stop();
      publisher.join();
    }
    Waiting.until("every ticket to be decided", DRAIN, tickets::allDecided);
    tickets.again();
    return rate;
  }
}
