package dev.prefstream.intake;

import dev.prefstream.runtime.streams.StageCounters;
import dev.prefstream.runtime.streams.TopicStreams;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.Erasure;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.schemas.avro.SettingsInForce;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * {@code tickets}, {@code responses} and {@code preference-settings} to {@code scoring-requests}
 * and {@code erasures}. Settings take a way of their own first: validated in one task, then copied
 * to every partition of {@code settings-in-force}, which the joining tasks read beside their
 * tickets.
 */
public final class IntakeTopology {

  /** Name of the stage. */
  public static final String STAGE = "intake";

  private IntakeTopology() {}

  /** The topology; connects to nothing until it is run. */
  public static Topology build(IntakeOptions options, TopicStreams topics, MeterRegistry registry) {
    StreamsBuilder builder = new StreamsBuilder();
    JoinStores.builders().forEach(builder::addStateStore);

    StageCounters counters = new StageCounters(STAGE, registry);
    builder.stream(
            topics.name(Topics.PREFERENCE_SETTINGS),
            topics.consumed(Topics.PREFERENCE_SETTINGS, "intake-read-settings"))
        .process(() -> new SettingsGate(options, counters), Named.as("intake-validate-settings"))
        .to(
            topics.name(Topics.SETTINGS_IN_FORCE),
            topics
                .produced(Topics.SETTINGS_IN_FORCE, "intake-write-settings-in-force")
                .withStreamPartitioner(toEveryPartition()));
    builder.stream(
            topics.name(Topics.SETTINGS_IN_FORCE),
            topics.consumed(Topics.SETTINGS_IN_FORCE, "intake-read-settings-in-force"))
        .process(
            () -> new TenantSettings.Keeper(JoinStores.SETTINGS),
            Named.as("intake-keep-settings"),
            JoinStores.SETTINGS);
    KStream<String, SpecificRecord> tickets =
        builder.stream(
                topics.name(Topics.TICKETS), topics.consumed(Topics.TICKETS, "intake-read-tickets"))
            .process(
                () -> new TicketIntake(Intake.of(options, registry)),
                Named.as("intake-join-ticket"),
                JoinStores.NAMES);
    KStream<String, SpecificRecord> responses =
        builder.stream(
                topics.name(Topics.RESPONSES),
                topics.consumed(Topics.RESPONSES, "intake-read-responses"))
            .process(
                () -> new ResponseIntake(Intake.of(options, registry)),
                Named.as("intake-join-response"),
                JoinStores.NAMES);
    tickets
        .merge(responses, Named.as("intake-merge-requests"))
        .filter((key, value) -> value instanceof ScoringRequest, Named.as("intake-pick-request"))
        .mapValues(ScoringRequest.class::cast, Named.as("intake-as-request"))
        .to(
            topics.name(Topics.SCORING_REQUESTS),
            topics.produced(Topics.SCORING_REQUESTS, "intake-write-requests"));
    tickets
        .filter((key, value) -> value instanceof Erasure, Named.as("intake-pick-erasure"))
        .mapValues(Erasure.class::cast, Named.as("intake-as-erasure"))
        .to(
            topics.name(Topics.ERASURES),
            topics.produced(Topics.ERASURES, "intake-write-erasures"));
    return builder.build();
  }

  private static StreamPartitioner<String, SettingsInForce> toEveryPartition() {
    return (topic, key, value, partitions) ->
        Optional.<Set<Integer>>of(
            IntStream.range(0, partitions).boxed().collect(Collectors.toSet()));
  }
}
