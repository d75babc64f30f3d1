package dev.prefstream.benchmarks;

import dev.prefstream.benchmarks.Pipeline.Part;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The most that goes through a pipeline in a second, and what a ticket takes of the processor then.
 * A ticket is through when it is routed and every stage after that has processed it: routing alone
 * could run ahead of them for as long as a measurement takes.
 */
final class Saturation {

  private static final Duration FIRST = Duration.ofSeconds(120);
  private static final Duration DRAIN = Duration.ofSeconds(120);

  /**
   * What was found.
   *
   * @param perSecond tickets a second
   * @param microsEach processor time of the whole process for each of them, in microseconds
   * @param microsOf the same of each part's own threads
   */
  record Found(double perSecond, double microsEach, Map<Part, Double> microsOf) {}

  private Saturation() {}

  /**
   * Publishes as fast as tickets go through, and blocks until all are.
   *
   * @param warm called when what follows counts
   * @return tickets a second
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
    LongSupplier through = () -> Math.min(tickets.decisions(), pipeline.processed());
    Thread publisher = new Thread(() -> tickets.saturate(pipeline::processed), "bench-publisher");
    publisher.start();
    Found found;
    try {
      Waiting.until("the first decisions", FIRST, () -> tickets.decisions() > 0);
      Waiting.pass(warmUp);
      warm.run();
      long before = through.getAsLong();
      long begun = System.nanoTime();
      long processor = Machine.processorNanos();
      Map<Part, Long> parts = ofParts(pipeline);
      Waiting.pass(measure);
      double gone = through.getAsLong() - before;
      Map<Part, Double> microsOf = new EnumMap<>(Part.class);
      parts.forEach(
          (part, earlier) ->
              microsOf.put(part, (pipeline.processorNanos(part) - earlier) / 1e3 / gone));
      found =
          new Found(
              gone / ((System.nanoTime() - begun) / 1e9),
              (Machine.processorNanos() - processor) / 1e3 / gone,
              microsOf);
      pipeline.check();
    } finally {
      tickets.stop();
      publisher.join();
    }
    Waiting.until(
        "every ticket to be through", DRAIN, () -> through.getAsLong() >= tickets.published());
    tickets.again();
    return found;
  }

  private static Map<Part, Long> ofParts(Pipeline pipeline) {
    Map<Part, Long> nanos = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      nanos.put(part, pipeline.processorNanos(part));
    }
    return nanos;
  }
}
