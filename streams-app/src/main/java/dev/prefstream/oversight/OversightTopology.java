package dev.prefstream.oversight;

import dev.prefstream.runtime.streams.StageCounters;
import dev.prefstream.runtime.streams.StateSerde;
import dev.prefstream.runtime.streams.StreamClock;
import dev.prefstream.runtime.streams.TopicStreams;
import dev.prefstream.schemas.Topic;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.AccuracyReport;
import dev.prefstream.schemas.avro.CellTally;
import dev.prefstream.schemas.avro.FairnessAudit;
import dev.prefstream.schemas.avro.ReviewPlan;
import dev.prefstream.schemas.avro.ReviewRequest;
import dev.prefstream.schemas.avro.StyleReport;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * {@code decision-log}, {@code expert-labels} and {@code erasures} to review requests, and to
 * reports on accuracy, fairness and style. Input is by ticket and reports are by tenant: changes of
 * the counts, summed up over a second, are repartitioned. What share of decisions experts are asked
 * about follows from the counts and comes back through {@code review-plans}.
 */
public final class OversightTopology {

  /** Name of the stage. */
  public static final String STAGE = "oversight";

  private OversightTopology() {}

  /** The topology; connects to nothing until it is run. */
  public static Topology build(
      OversightOptions options, TopicStreams topics, MeterRegistry registry) {
    StageCounters counters = new StageCounters(STAGE, registry);
    OversightMeters meters = new OversightMeters(registry);
    StreamsBuilder builder = new StreamsBuilder();
    builder.addStateStore(Reviews.builder());
    builder.addStateStore(PendingCounts.builder());
    builder.addStateStore(ReviewRates.builder());
    Counts.builders().forEach(builder::addStateStore);
    Reporter.builders().forEach(builder::addStateStore);

    KStream<String, SpecificRecord> findings =
        builder.stream(
                topics.name(Topics.DECISION_LOG),
                topics.consumed(Topics.DECISION_LOG, "oversee-read-decisions"))
            .process(
                () -> new DecisionReview(options, clock(options, registry), counters, meters),
                Named.as("oversee-review-decision"),
                Reviews.STORE,
                PendingCounts.STORE,
                ReviewRates.STORE);
    builder.stream(
            topics.name(Topics.EXPERT_LABELS),
            topics.consumed(Topics.EXPERT_LABELS, "oversee-read-labels"))
        .process(
            () -> new LabelReview(options, clock(options, registry), counters, meters),
            Named.as("oversee-review-label"),
            Reviews.STORE,
            PendingCounts.STORE);
    builder.stream(
            topics.name(Topics.ERASURES), topics.consumed(Topics.ERASURES, "oversee-read-erasures"))
        .process(
            () -> new ErasureReview(options, clock(options, registry), counters, meters),
            Named.as("oversee-erase"),
            Reviews.STORE,
            PendingCounts.STORE);
    builder.stream(
            topics.name(Topics.REVIEW_PLANS),
            topics.consumed(Topics.REVIEW_PLANS, "oversee-read-plans"))
        .process(ReviewRates.Keeper::new, Named.as("oversee-keep-plans"), ReviewRates.STORE);

    KStream<String, SpecificRecord> reports =
        only(findings, CellTally.class, "counts")
            .repartition(
                Repartitioned.<String, CellTally>as("count-changes")
                    .withKeySerde(Serdes.String())
                    .withValueSerde(StateSerde.of(CellTally.class)))
            .process(
                () -> new Reporter(options, clock(options, registry), meters),
                Named.as("oversee-report"),
                Counts.DAYS,
                Counts.GROUPS,
                DueReports.STORE,
                Reporter.PLANNED,
                Reporter.STYLE_REFERENCES);
    KStream<String, SpecificRecord> answers =
        builder.stream(
                topics.name(Topics.AUDIT_REQUESTS),
                topics.consumed(Topics.AUDIT_REQUESTS, "oversee-read-audit-requests"))
            .process(
                () -> new AuditDesk(options, counters, meters),
                Named.as("oversee-answer-audit-request"),
                Counts.DAYS,
                Counts.GROUPS);

    write(findings, ReviewRequest.class, "request", topics, Topics.REVIEW_REQUESTS);
    write(reports, AccuracyReport.class, "accuracy", topics, Topics.ACCURACY_REPORTS);
    write(reports, FairnessAudit.class, "audit", topics, Topics.FAIRNESS_AUDITS);
    write(answers, FairnessAudit.class, "answer", topics, Topics.FAIRNESS_AUDITS);
    write(reports, StyleReport.class, "style", topics, Topics.STYLE_REPORTS);
    reports
        // A plan that is withdrawn has no value; nothing else comes without.
        .filter(
            (key, value) -> value == null || value instanceof ReviewPlan,
            Named.as("oversee-pick-plan"))
        .mapValues(ReviewPlan.class::cast, Named.as("oversee-as-plan"))
        .to(
            topics.name(Topics.REVIEW_PLANS),
            topics
                .produced(Topics.REVIEW_PLANS, "oversee-write-plan")
                .withStreamPartitioner(toEveryPartition()));
    return builder.build();
  }

  private static StreamClock clock(OversightOptions options, MeterRegistry registry) {
    return new StreamClock(STAGE, options.clockTolerance(), registry);
  }

  private static <V extends SpecificRecord> void write(
      KStream<String, SpecificRecord> findings,
      Class<V> type,
      String word,
      TopicStreams topics,
      Topic<V> topic) {
    only(findings, type, word)
        .to(topics.name(topic), topics.produced(topic, "oversee-write-" + word));
  }

  private static <V extends SpecificRecord> KStream<String, V> only(
      KStream<String, SpecificRecord> findings, Class<V> type, String word) {
    return findings
        .filter((key, value) -> type.isInstance(value), Named.as("oversee-pick-" + word))
        .mapValues(type::cast, Named.as("oversee-as-" + word));
  }

  private static StreamPartitioner<String, ReviewPlan> toEveryPartition() {
    return (topic, key, value, partitions) ->
        Optional.<Set<Integer>>of(
            IntStream.range(0, partitions).boxed().collect(Collectors.toSet()));
  }
}
