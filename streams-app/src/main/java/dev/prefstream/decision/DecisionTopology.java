package dev.prefstream.decision;

import dev.prefstream.runtime.streams.StageCounters;
import dev.prefstream.runtime.streams.StreamClock;
import dev.prefstream.runtime.streams.TenantSettings;
import dev.prefstream.runtime.streams.TopicStreams;
import dev.prefstream.schemas.Topic;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.AutoResponse;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.Route;
import dev.prefstream.schemas.avro.RoutingDecision;
import dev.prefstream.schemas.avro.SettingsInForce;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * {@code scores}, {@code preference-settings} and {@code erasures} to routing decisions,
 * auto-responses and the decision log. Settings take a way of their own first: validated in one
 * task, then copied to every partition of {@code settings-in-force}, which the deciding tasks read
 * beside their scores.
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
            topics.name(Topics.PREFERENCE_SETTINGS),
            topics.consumed(Topics.PREFERENCE_SETTINGS, "decide-read-settings"))
        .process(() -> new SettingsGate(options, counters), Named.as("decide-validate-settings"))
        .to(
            topics.name(Topics.SETTINGS_IN_FORCE),
            topics
                .produced(Topics.SETTINGS_IN_FORCE, "decide-write-settings-in-force")
                .withStreamPartitioner(toEveryPartition()));
    builder.stream(
            topics.name(Topics.SETTINGS_IN_FORCE),
            topics.consumed(Topics.SETTINGS_IN_FORCE, "decide-read-settings-in-force"))
        .process(
            () -> new TenantSettings.Keeper(DecisionStores.SETTINGS),
            Named.as("decide-keep-settings"),
            DecisionStores.SETTINGS);
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
    Predicate<RoutingDecision> urgent = decision -> decision.getRoute() == Route.URGENT;
    write(outcomes, RoutingDecision.class, urgent, "urgent", topics, Topics.ROUTING_URGENT);
    write(
        outcomes,
        RoutingDecision.class,
        urgent.negate(),
        "standard",
        topics,
        Topics.ROUTING_STANDARD);
    write(outcomes, AutoResponse.class, all -> true, "response", topics, Topics.AUTO_RESPONSES);
    write(outcomes, DecisionRecord.class, all -> true, "log", topics, Topics.DECISION_LOG);
    return builder.build();
  }

  private static StreamClock clock(DecisionOptions options, MeterRegistry registry) {
    return new StreamClock(STAGE, options.clockTolerance(), registry);
  }

  private static <V extends SpecificRecord> void write(
      KStream<String, SpecificRecord> outcomes,
      Class<V> type,
      Predicate<V> which,
      String word,
      TopicStreams topics,
      Topic<V> topic) {
    outcomes
        .filter(
            (key, value) -> type.isInstance(value) && which.test(type.cast(value)),
            Named.as("decide-pick-" + word))
        .mapValues(type::cast, Named.as("decide-as-" + word))
        .to(topics.name(topic), topics.produced(topic, "decide-write-" + word));
  }

  private static StreamPartitioner<String, SettingsInForce> toEveryPartition() {
    return (topic, key, value, partitions) ->
        Optional.<Set<Integer>>of(
            IntStream.range(0, partitions).boxed().collect(Collectors.toSet()));
  }
}
