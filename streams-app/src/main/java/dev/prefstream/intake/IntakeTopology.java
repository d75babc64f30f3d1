package dev.prefstream.intake;

import dev.prefstream.runtime.streams.StageCounters;
import dev.prefstream.runtime.streams.TopicStreams;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.ScoringRequest;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;

/** {@code tickets} and {@code responses} to {@code scoring-requests}. */
public final class IntakeTopology {

  /** Name of the stage. */
  public static final String STAGE = "intake";

  private IntakeTopology() {}

  /** The topology; connects to nothing until it is run. */
  public static Topology build(IntakeOptions options, TopicStreams topics, MeterRegistry registry) {
    StageCounters counters = new StageCounters(STAGE, registry);
    StreamsBuilder builder = new StreamsBuilder();
    JoinStores.builders().forEach(builder::addStateStore);

    KStream<String, ScoringRequest> tickets =
        builder.stream(
                topics.name(Topics.TICKETS), topics.consumed(Topics.TICKETS, "intake-read-tickets"))
            .process(
                () -> new TicketIntake(options, counters),
                Named.as("intake-join-ticket"),
                JoinStores.NAMES);
    KStream<String, ScoringRequest> responses =
        builder.stream(
                topics.name(Topics.RESPONSES),
                topics.consumed(Topics.RESPONSES, "intake-read-responses"))
            .process(
                () -> new ResponseIntake(options, counters),
                Named.as("intake-join-response"),
                JoinStores.NAMES);
    tickets
        .merge(responses, Named.as("intake-merge-requests"))
        .to(
            topics.name(Topics.SCORING_REQUESTS),
            topics.produced(Topics.SCORING_REQUESTS, "intake-write-requests"));
    return builder.build();
  }
}
