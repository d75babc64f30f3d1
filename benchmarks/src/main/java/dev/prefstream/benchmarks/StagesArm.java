package dev.prefstream.benchmarks;

import dev.prefstream.benchmarks.report.Results;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How old tickets are when each stage of the pipeline has passed them on, at the rate of half load:
 * where on the way the latency comes about. More readers than the arm pipeline has, so a little
 * slower.
 */
final class StagesArm implements Arm {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Path home;
  private final Shipped shipped;

  StagesArm(Path home, Shipped shipped) {
    this.home = home;
    this.shipped = shipped;
  }

  @Override
  public String name() {
    return "stages";
  }

  @Override
  public boolean asQuickstart() {
    return true;
  }

  @Override
  public Turn turn() {
    return Turn.FIRST_ROUND;
  }

  @Override
  public void run(Round round) throws Exception {
    double rate = halfLoad(round.results(), "pipeline");
    try (Pipeline pipeline =
            Pipeline.start(home, round.folder(), new Shapes(), Pipeline.WHOLE, Scorer.shipped());
        Tickets tickets = Tickets.of(pipeline.cluster(), shipped, Tickets.MANY_AHEAD)) {
      Installation installation = pipeline.cluster().installation();
      Map<String, String> topics = new LinkedHashMap<>();
      topics.put("published", installation.name(Topics.TICKETS));
      topics.put("after-intake", installation.name(Topics.SCORING_REQUESTS));
      Map<String, Tickets.Arrivals> stages = new LinkedHashMap<>();
      List<CommittedReader> readers = new ArrayList<>();
      try {
        topics.forEach(
            (stage, topic) -> {
              Tickets.Arrivals arrivals = tickets.arrivals();
              stages.put(stage, arrivals);
              readers.add(
                  new CommittedReader(
                      pipeline.cluster().clientConfig(),
                      List.of(topic),
                      record -> arrivals.arrived(record.key())));
            });
        readers.add(
            new CommittedReader(
                pipeline.cluster().clientConfig(), pipeline.decisions(), tickets::decided));
        tickets.pace(rate, round.scale().warmUp());
        Waiting.until("every ticket to be decided", LIMIT, tickets::allDecided);
        tickets.measuring(true);
        tickets.pace(rate, round.scale().measure().dividedBy(2));
        Waiting.until("every ticket to be decided", LIMIT, tickets::allDecided);
        pipeline.check();
      } finally {
        readers.forEach(CommittedReader::close);
      }
      for (double percentile : new double[] {50, 99}) {
        stages.forEach(
            (stage, arrivals) ->
                round.record(
                    "stages.%s-p%.0f".formatted(stage, percentile),
                    "ms",
                    arrivals.millis(percentile)));
        round.record(
            "stages.after-routing-p%.0f".formatted(percentile),
            "ms",
            tickets.latencyMillis(percentile));
      }
    }
  }

  /** Tickets a second that this arm of the whole pipeline was offered at half load. */
  static double halfLoad(Results results, String pipeline) {
    return results
        .summary(pipeline + ".half-load")
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "found no rate at half load, expected one: run the arm %s too"
                        .formatted(pipeline)))
        .median();
  }
}
