package dev.prefstream.intake;

import dev.prefstream.runtime.streams.TenantSettings;
import dev.prefstream.runtime.streams.TopicStreams;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.Erasure;
import dev.prefstream.schemas.avro.ScoringRequest;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;

/** {@code tickets} and {@code responses} to {@code scoring-requests} and {@code erasures}. */
public final class IntakeTopology {

  /** Name of the stage. */
  public static final String STAGE = "intake";

  private IntakeTopology() {}

  /** The topology; connects to nothing until it is run. */
  public static Topology build(IntakeOptions options, TopicStreams topics, MeterRegistry registry) {
    StreamsBuilder builder = new StreamsBuilder();
    JoinStores.builders().forEach(builder::addStateStore);

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
}
