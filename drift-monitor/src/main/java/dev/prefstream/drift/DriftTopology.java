package dev.prefstream.drift;

import static dev.prefstream.schemas.Topics.DRIFT_ALERTS;
import static dev.prefstream.schemas.Topics.DRIFT_REPORTS;
import static dev.prefstream.schemas.Topics.RETRAINING_TRIGGERS;
import static dev.prefstream.schemas.Topics.SCORES;

import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.streams.TopicStreams;
import dev.prefstream.schemas.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * The drift stage: {@code scores} to observations by segment, to reports, alerts and triggers.
 *
 * <p>Which of two predictions from different partitions comes first is settled when they are
 * written to the repartition topic, and from then on is part of the input.
 */
final class DriftTopology {

  private DriftTopology() {}

  static Topology build(DriftOptions options, Installation installation, MeterRegistry registry) {
    TopicStreams topics = new TopicStreams(installation);
    StreamsBuilder builder = new StreamsBuilder();

    KStream<String, SpecificRecord> findings =
        builder.stream(topics.name(SCORES), topics.consumed(SCORES, "drift-scores"))
            .process(
                supplier(
                    () -> new ObserveScores(options.maxSegments(), registry),
                    ObserveScores.knownSegments()),
                Named.as("drift-observe"))
            .repartition(
                Repartitioned.with(Serdes.String(), Observation.serde()).withName("segments"))
            .process(
                supplier(() -> new WatchSegments(options, registry), SegmentStore.builder()),
                Named.as("drift-watch"));

    write(findings, DRIFT_REPORTS, topics);
    write(findings, DRIFT_ALERTS, topics);
    write(findings, RETRAINING_TRIGGERS, topics);
    return builder.build();
  }

  private static <V extends SpecificRecord> void write(
      KStream<String, SpecificRecord> findings, Topic<V> topic, TopicStreams topics) {
    Class<V> type = topic.value();
    findings
        .filter((segment, finding) -> type.isInstance(finding), Named.as("is-" + topic.name()))
        .mapValues(type::cast, Named.as("as-" + topic.name()))
        .to(topics.name(topic), topics.produced(topic, "write-" + topic.name()));
  }

  private static <I, O> ProcessorSupplier<String, I, String, O> supplier(
      java.util.function.Supplier<Processor<String, I, String, O>> processor,
      StoreBuilder<?> store) {
    return new ProcessorSupplier<>() {
      @Override
      public Processor<String, I, String, O> get() {
        return processor.get();
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return Set.of(store);
      }
    };
  }
}
