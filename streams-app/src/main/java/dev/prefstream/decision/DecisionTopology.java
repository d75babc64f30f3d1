package dev.prefstream.decision;

import dev.prefstream.runtime.streams.StageCounters;
import dev.prefstream.runtime.streams.StreamClock;
import dev.prefstream.runtime.streams.TopicStreams;
import dev.prefstream.schemas.Topic;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.AutoResponse;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.RoutingDecision;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;

/**
 * {@code scores} and {@code erasures} to the decision log, auto-responses and escalations. Where a
 * ticket goes at first follows from its score and was published with it; here it is written to the
 * log, with what follows.
 */
public final class DecisionTopology {

  /** Name of the stage. */
  public static final String STAGE = "decision";

  private DecisionTopology() {}

  /** The topology; connects to nothing until it is run. */
  public static Topology build(
      DecisionOptions options, TopicStreams topics, MeterRegistry registry) {
    StageCounters counters = new StageCounters(STAGE, registry);
    DecisionMeters meters = new DecisionMeters(registry);
    StreamsBuilder builder = new StreamsBuilder();
    DecisionStores.builders().forEach(builder::addStateStore);

    builder.stream(
            topics.name(Topics.ERASURES), topics.consumed(Topics.ERASURES, "decide-read-erasures"))
        .process(
            () -> new Eraser(clock(options, registry), counters, meters),
            Named.as("decide-erase"),
            DecisionStores.NAMES);

    KStream<String, SpecificRecord> outcomes =
        builder.stream(
                topics.name(Topics.SCORES), topics.consumed(Topics.SCORES, "decide-read-scores"))
            .process(
                () -> new Decider(options, clock(options, registry), counters, meters),
                Named.as("decide-outcome"),
                DecisionStores.NAMES);
    write(outcomes, RoutingDecision.class, "escalation", topics, Topics.ROUTING_URGENT);
    write(outcomes, AutoResponse.class, "response", topics, Topics.AUTO_RESPONSES);
    write(outcomes, DecisionRecord.class, "log", topics, Topics.DECISION_LOG);
    return builder.build();
  }

  private static StreamClock clock(DecisionOptions options, MeterRegistry registry) {
    return new StreamClock(STAGE, options.clockTolerance(), registry);
  }

  private static <V extends SpecificRecord> void write(
      KStream<String, SpecificRecord> outcomes,
      Class<V> type,
      String word,
      TopicStreams topics,
      Topic<V> topic) {
    outcomes
        .filter((key, value) -> type.isInstance(value), Named.as("decide-pick-" + word))
        .mapValues(type::cast, Named.as("decide-as-" + word))
        .to(topics.name(topic), topics.produced(topic, "decide-write-" + word));
  }
}
