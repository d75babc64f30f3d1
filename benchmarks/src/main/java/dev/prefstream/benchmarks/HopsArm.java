package dev.prefstream.benchmarks;

import dev.prefstream.benchmarks.report.Results;
import dev.prefstream.runtime.kafka.KafkaOptions;
import dev.prefstream.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The empty path: three transactional hops that copy tickets at the rate and with the commit
 * interval of the pipeline at half load. What the pipeline's latency is compared with.
 */
final class HopsArm implements Arm {

  private static final int HOPS = 3;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Shipped shipped;

  HopsArm(Shipped shipped) {
    this.shipped = shipped;
  }

  @Override
  public String name() {
    return "hops";
  }

  @Override
  public void run(Round round) throws Exception {
    double rate = rate(round.results());
    try (BenchCluster cluster = BenchCluster.start(round.folder(), Map.of())) {
      List<String> topics = new ArrayList<>(List.of(cluster.installation().name(Topics.TICKETS)));
      for (int hop = 1; hop <= HOPS; hop++) {
        topics.add("hop-" + hop);
      }
      cluster.createTopics(topics.subList(1, topics.size()));
      List<RawLoop> loops = new ArrayList<>();
      try (Tickets tickets =
              new Tickets(cluster.producer(5), cluster.installation(), shipped.texts());
          CommittedReader reader =
              new CommittedReader(
                  cluster.clientConfig(), List.of("hop-" + HOPS), tickets::decided)) {
        for (int hop = 1; hop <= HOPS; hop++) {
          loops.add(
              new RawLoop(
                  cluster.clientConfig(),
                  "hop-" + hop,
                  topics.get(hop - 1),
                  topics.get(hop),
                  cluster.configuration().get(KafkaOptions.COMMIT_INTERVAL),
                  true));
        }
        tickets.pace(rate, round.scale().warmUp().dividedBy(2));
        Waiting.until("every ticket to arrive", LIMIT, tickets::allDecided);
        tickets.measuring(true);
        tickets.pace(rate, round.scale().measure());
        Waiting.until("every ticket to arrive", LIMIT, tickets::allDecided);
        for (double percentile : new double[] {50, 95, 99}) {
          round.record(
              "hops.latency-p%.0f".formatted(percentile), "ms", tickets.latencyMillis(percentile));
        }
      } finally {
        loops.forEach(RawLoop::close);
      }
    }
  }

  private static double rate(Results results) {
    return results
        .summary("pipeline.half-load")
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "found no rate of the pipeline at half load, expected one: run the arm pipeline too"))
        .median();
  }
}
