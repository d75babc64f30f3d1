package dev.prefstream.drift;

import static dev.prefstream.schemas.Topics.ACCURACY_REPORTS;
import static dev.prefstream.schemas.Topics.DRIFT_ALERTS;
import static dev.prefstream.schemas.Topics.DRIFT_REPORTS;
import static dev.prefstream.schemas.Topics.ERASURES;
import static dev.prefstream.schemas.Topics.MODEL_RELEASES;
import static dev.prefstream.schemas.Topics.REFERENCE_RESETS;
import static dev.prefstream.schemas.Topics.RETRAINING_DONE;
import static dev.prefstream.schemas.Topics.RETRAINING_TRIGGERS;
import static dev.prefstream.schemas.Topics.SCORES;

import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.streams.StateSerde;
import dev.prefstream.runtime.streams.StreamClock;
import dev.prefstream.runtime.streams.TopicStreams;
import dev.prefstream.schemas.Topic;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.Erasure;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashSet;
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
import org.apache.kafka.streams.state.Stores;

/**
 * The drift stage: {@code scores} to batches of observations by segment, these to reports and to
 * words on each segment's incident, and all segments' words, in one task, to alerts and triggers.
 * No word names a ticket that {@code erasures} tells of.
 *
 * <p>Which of two predictions from different partitions comes first is settled when they are
 * written to the repartition topic, and from then on is part of the input.
 */
final class DriftTopology {

  private DriftTopology() {}

  static Topology build(DriftOptions options, Installation installation, MeterRegistry registry) {
    TopicStreams topics = new TopicStreams(installation);
    StreamsBuilder builder = new StreamsBuilder();

    builder.addGlobalStore(
        Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(WatchSegments.RESETS),
            Serdes.String(),
            topics.serde(REFERENCE_RESETS)),
        topics.name(REFERENCE_RESETS),
        topics.consumed(REFERENCE_RESETS, "drift-resets"),
        KeepResets::new);

    KStream<String, SpecificRecord> watched =
        builder.stream(topics.name(SCORES), topics.consumed(SCORES, "drift-scores"))
            .process(
                supplier(() -> new ObserveScores(options, registry), ObserveScores.stores()),
                Named.as("drift-observe"))
            .repartition(Repartitioned.with(Serdes.String(), Batch.serde()).withName("segments"))
            .process(
                supplier(
                    () -> new WatchSegments(options, registry),
                    Set.of(SegmentStore.builder(), IdleSegments.builder(WatchSegments.DAYS))),
                Named.as("drift-watch"));
    write(watched, DRIFT_REPORTS, topics);

    Set<StoreBuilder<?>> incidents = ConcludeIncidents.stores();
    KStream<String, SpecificRecord> concluded =
        only(watched, DriftAlert.class, "incident")
            .repartition(
                Repartitioned.with(Serdes.String(), StateSerde.of(DriftAlert.class))
                    .withName("incidents")
                    .withNumberOfPartitions(1))
            .mapValues(SpecificRecord.class::cast, Named.as("drift-incidents"))
            .merge(read(builder, ACCURACY_REPORTS, topics), Named.as("drift-with-accuracy"))
            .merge(read(builder, RETRAINING_DONE, topics), Named.as("drift-with-done"))
            .merge(read(builder, MODEL_RELEASES, topics), Named.as("drift-with-releases"))
            .merge(erased(builder, topics, registry), Named.as("drift-with-erasures"))
            .process(
                supplier(
                    () -> new NameNoErased(clock(options, registry)),
                    with(NameNoErased.store(), incidents)),
                Named.as("drift-name-no-erased"))
            .process(
                supplier(() -> new ConcludeIncidents(options, registry), incidents),
                Named.as("drift-conclude"));
    write(concluded, DRIFT_ALERTS, topics);
    write(concluded, RETRAINING_TRIGGERS, topics);
    write(concluded, REFERENCE_RESETS, topics);
    return builder.build();
  }

  /** Erasures come from as many partitions as tickets; the task that sees everything hears all. */
  private static KStream<String, SpecificRecord> erased(
      StreamsBuilder builder, TopicStreams topics, MeterRegistry registry) {
    return builder.stream(topics.name(ERASURES), topics.consumed(ERASURES, "drift-erasures"))
        .process(supplier(() -> new TakeErasures(registry), Set.of()), Named.as("drift-erase"))
        .repartition(
            Repartitioned.with(Serdes.String(), StateSerde.of(Erasure.class))
                .withName("erasures")
                .withNumberOfPartitions(1))
        .mapValues(SpecificRecord.class::cast, Named.as("drift-any-erasures"));
  }

  private static StreamClock clock(DriftOptions options, MeterRegistry registry) {
    return new StreamClock(DriftMonitor.STAGE, options.clockTolerance(), registry);
  }

  private static Set<StoreBuilder<?>> with(StoreBuilder<?> one, Set<StoreBuilder<?>> others) {
    Set<StoreBuilder<?>> all = new LinkedHashSet<>(others);
    all.add(one);
    return all;
  }

  /** All of them have one partition, so one task sees everything. */
  private static <V extends SpecificRecord> KStream<String, SpecificRecord> read(
      StreamsBuilder builder, Topic<V> topic, TopicStreams topics) {
    return builder.stream(topics.name(topic), topics.consumed(topic, "drift-" + topic.name()))
        .mapValues(SpecificRecord.class::cast, Named.as("drift-any-" + topic.name()));
  }

  private static <V extends SpecificRecord> void write(
      KStream<String, SpecificRecord> findings, Topic<V> topic, TopicStreams topics) {
    only(findings, topic.value(), topic.name())
        .to(topics.name(topic), topics.produced(topic, "write-" + topic.name()));
  }

  private static <V extends SpecificRecord> KStream<String, V> only(
      KStream<String, SpecificRecord> findings, Class<V> type, String word) {
    return findings
        .filter((segment, finding) -> type.isInstance(finding), Named.as("is-" + word))
        .mapValues(type::cast, Named.as("as-" + word));
  }

  private static <I, O> ProcessorSupplier<String, I, String, O> supplier(
      java.util.function.Supplier<Processor<String, I, String, O>> processor,
      Set<StoreBuilder<?>> stores) {
    return new ProcessorSupplier<>() {
      @Override
      public Processor<String, I, String, O> get() {
        return processor.get();
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return stores;
      }
    };
  }
}
