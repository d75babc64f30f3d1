package dev.prefstream.benchmarks;

import dev.prefstream.runtime.kafka.KafkaOptions;
import dev.prefstream.runtime.streams.StagePace;
import dev.prefstream.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;

/**
 * The empty path: three transactional hops that copy tickets at the rate and with the commit
 * interval of the pipeline at half load. What the pipeline's latency is compared with.
 */
final class HopsArm implements Arm {

  private static final int HOPS = 3;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final String name;
  private final Shipped shipped;
  private final String pipeline;
  private final boolean streams;

  /**
   * @param pipeline arm whose rate at half load they are offered
   * @param streams whether the first and the last hop are Kafka Streams, as intake is
   */
  HopsArm(String name, Shipped shipped, String pipeline, boolean streams) {
    this.name = name;
    this.shipped = shipped;
    this.pipeline = pipeline;
    this.streams = streams;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean asQuickstart() {
    return true;
  }

  @Override
  public Turn turn() {
    return streams ? Turn.FIRST_ROUND : Turn.EVERY_ROUND;
  }

  @Override
  public void run(Round round) throws Exception {
    double rate = StagesArm.halfLoad(round.results(), pipeline);
    try (BenchCluster cluster = BenchCluster.start(round.folder(), Map.of())) {
      List<String> topics = new ArrayList<>(List.of(cluster.installation().name(Topics.TICKETS)));
      for (int hop = 1; hop <= HOPS; hop++) {
        topics.add("hop-" + hop);
      }
      cluster.createTopics(topics.subList(1, topics.size()));
      List<DrainArm.Running> loops = new ArrayList<>();
      try (Tickets tickets = Tickets.of(cluster, shipped, Tickets.MANY_AHEAD);
          CommittedReader reader =
              new CommittedReader(
                  cluster.clientConfig(), List.of("hop-" + HOPS), tickets::decided)) {
        for (int hop = 1; hop <= HOPS; hop++) {
          loops.add(hop(cluster, round, hop, topics.get(hop - 1), topics.get(hop)));
        }
        tickets.pace(rate, round.scale().warmUp().dividedBy(2));
        Waiting.until("every ticket to arrive", LIMIT, tickets::allDecided);
        tickets.measuring(true);
        tickets.pace(rate, round.scale().measure());
        Waiting.until("every ticket to arrive", LIMIT, tickets::allDecided);
        for (double percentile : new double[] {50, 95, 99}) {
          round.record(
              "%s.latency-p%.0f".formatted(name, percentile),
              "ms",
              tickets.latencyMillis(percentile));
        }
      } finally {
        for (DrainArm.Running loop : loops) {
          loop.close();
        }
      }
    }
  }

  private DrainArm.Running hop(
      BenchCluster cluster, Round round, int number, String from, String to) {
    Duration commit = cluster.configuration().get(KafkaOptions.COMMIT_INTERVAL);
    if (!streams || number == 2) {
      return new RawLoop(cluster.installation(), "hop-" + number, from, to, commit, true);
    }
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream(from, Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
        .to(to, Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
    Properties properties = PerRecordStreams.properties(cluster, round);
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "hop-" + number);
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commit.toMillis());
    properties.put(
        StreamsConfig.POLL_MS_CONFIG,
        StagePace.TICKETS.waitWhileOpen(cluster.configuration()).toMillis());
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
    return PerRecordStreams.running(new KafkaStreams(builder.build(), properties), () -> {});
  }
}
