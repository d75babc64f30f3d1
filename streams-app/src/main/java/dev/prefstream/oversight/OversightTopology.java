package dev.prefstream.oversight;

import dev.prefstream.runtime.streams.StageCounters;
import dev.prefstream.runtime.streams.StateSerde;
import dev.prefstream.runtime.streams.TopicStreams;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.ConfusionChange;
import dev.prefstream.schemas.avro.FairnessSample;
import dev.prefstream.schemas.avro.ReviewRequest;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Repartitioned;

/**
 * {@code decision-log} and {@code expert-labels} to review requests, accuracy reports and fairness
 * audits. Reports are by tenant while input is by ticket, hence the two repartitions.
 */
public final class OversightTopology {

  /** Name of the stage. */
  public static final String STAGE = "oversight";

  private OversightTopology() {}

  /** The topology; connects to nothing until it is run. */
  public static Topology build(
      OversightOptions options, TopicStreams topics, MeterRegistry registry) {
    StageCounters counters = new StageCounters(STAGE, registry);
    StreamsBuilder builder = new StreamsBuilder();
    builder.addStateStore(Reviews.builder());
    builder.addStateStore(AccuracyCounter.builder());
    builder.addStateStore(FairnessAuditor.builder());

    KStream<String, SpecificRecord> findings =
        builder.stream(
                topics.name(Topics.DECISION_LOG),
                topics.consumed(Topics.DECISION_LOG, "oversee-read-decisions"))
            .process(
                () -> new DecisionReview(options, counters),
                Named.as("oversee-review-decision"),
                Reviews.STORE);
    KStream<String, ConfusionChange> labelled =
        builder.stream(
                topics.name(Topics.EXPERT_LABELS),
                topics.consumed(Topics.EXPERT_LABELS, "oversee-read-labels"))
            .process(
                () -> new LabelReview(options, counters),
                Named.as("oversee-review-label"),
                Reviews.STORE);

    only(findings, ReviewRequest.class, "request")
        .to(
            topics.name(Topics.REVIEW_REQUESTS),
            topics.produced(Topics.REVIEW_REQUESTS, "oversee-write-requests"));
    only(findings, ConfusionChange.class, "change")
        .merge(labelled, Named.as("oversee-merge-changes"))
        .selectKey(
            (ticketId, change) -> AccuracyCounter.key(change),
            Named.as("oversee-key-by-tenant-and-model"))
        .repartition(
            Repartitioned.<String, ConfusionChange>as("accuracy-changes")
                .withKeySerde(Serdes.String())
                .withValueSerde(StateSerde.of(ConfusionChange.class)))
        .process(AccuracyCounter::new, Named.as("oversee-count-accuracy"), AccuracyCounter.STORE)
        .to(
            topics.name(Topics.ACCURACY_REPORTS),
            topics.produced(Topics.ACCURACY_REPORTS, "oversee-write-accuracy"));
    only(findings, FairnessSample.class, "sample")
        .selectKey((ticketId, sample) -> sample.getTenantId(), Named.as("oversee-key-by-tenant"))
        .repartition(
            Repartitioned.<String, FairnessSample>as("fairness-samples")
                .withKeySerde(Serdes.String())
                .withValueSerde(StateSerde.of(FairnessSample.class)))
        .process(
            () -> new FairnessAuditor(options),
            Named.as("oversee-audit-fairness"),
            FairnessAuditor.STORE)
        .to(
            topics.name(Topics.FAIRNESS_AUDITS),
            topics.produced(Topics.FAIRNESS_AUDITS, "oversee-write-audits"));
    return builder.build();
  }

  private static <V extends SpecificRecord> KStream<String, V> only(
      KStream<String, SpecificRecord> findings, Class<V> type, String word) {
    return findings
        .filter((key, value) -> type.isInstance(value), Named.as("oversee-pick-" + word))
        .mapValues(type::cast, Named.as("oversee-as-" + word));
  }
}
