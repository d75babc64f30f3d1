package dev.prefstream.runtime.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;

/**
 * The catalogue of our own metrics. {@code docs/metrics.md} is generated from it. Clients' and
 * JVM's metrics come beside them under Micrometer's names.
 *
 * <p>For each stage, once it is idle: {@code received = emitted + duplicates + dead letters},
 * counted in input records.
 */
public enum Metric {
  RECEIVED("prefstream.records.received", "records", List.of("stage"), "Input records read."),
  PROCESSED(
      "prefstream.records.processed",
      "records",
      List.of("stage"),
      "Input records that led to their output or to none by design; not the dead-lettered, nor duplicates."),
  DUPLICATES(
      "prefstream.records.duplicate",
      "records",
      List.of("stage"),
      "Input records dropped because the same one came before."),
  DEAD_LETTERED(
      "prefstream.records.dead.lettered",
      "records",
      List.of("stage", "reason"),
      "Input records refused to dead letters."),
  SKEWED(
      "prefstream.records.skewed",
      "records",
      List.of("stage", "direction"),
      "Input records whose time is ahead of this machine's clock, or behind both it and stream time, by more than streams.clock-tolerance."),
  ERASURES("prefstream.erasures", "tickets", List.of("stage"), "Tickets forgotten on request."),
  AFTER_ERASURE(
      "prefstream.records.after.erasure",
      "records",
      List.of("stage"),
      "Input records dropped because their ticket was erased."),
  MASKED(
      "prefstream.masked",
      "items",
      List.of("kind", "text"),
      "Items of personal data replaced by a placeholder at intake, in a ticket or in a response."),
  UNMATCHED_RESPONSES(
      "prefstream.responses.unmatched",
      "responses",
      List.of(),
      "Responses forgotten because their ticket did not come within intake.join-retention."),
  DECISIONS(
      "prefstream.decisions",
      "decisions",
      List.of("route"),
      "First routings written to the decision log."),
  ESCALATIONS(
      "prefstream.escalations", "decisions", List.of(), "Standard tickets escalated to urgent."),
  AUTO_RESPONSES("prefstream.auto.responses", "responses", List.of(), "Responses chosen."),
  RESPONSES_HELD_BACK(
      "prefstream.responses.held.back",
      "responses",
      List.of(),
      "Scored responses that would reach the floor and are held back for their fabrication risk."),
  LATE_CANDIDATES(
      "prefstream.responses.late",
      "responses",
      List.of("better"),
      "Responses scored after their ticket was decided for good; better says whether one would have beaten the response that was sent. Many better ones: raise decision.response-settle."),
  UNKNOWN_TENANTS(
      "prefstream.tenants.unknown",
      "tickets",
      List.of(),
      "Tickets of a tenant that is not in intake.tenants, judged by the default settings."),
  BATCH_ROWS("prefstream.batch.rows", "rows", List.of("task"), "Rows in a batch."),
  BATCH_TOKENS("prefstream.batch.tokens", "tokens", List.of("task"), "Real tokens in a batch."),
  BATCH_PADDED_TOKENS(
      "prefstream.batch.padded.tokens",
      "tokens",
      List.of("task"),
      "Tokens of a batch with padding; real over padded is the padding efficiency."),
  DEVICE_TIME("prefstream.device.time", "seconds", List.of("task"), "Time of a device call."),
  EMBEDDINGS_LEFT_OUT(
      "prefstream.embeddings.left.out",
      "texts",
      List.of("task"),
      "Scores that stand without their embedding, since it held NaN or infinity."),
  EPOCHS_REPLAYED(
      "prefstream.epochs.replayed",
      "epochs",
      List.of(),
      "Scoring transactions that failed; their records were read and scored again."),
  SCORE_TIME(
      "prefstream.score.time",
      "seconds",
      List.of("task"),
      "From the record's timestamp, a ticket's or a response's, to its committed score; a ticket is routed with it."),
  REVIEWS_REQUESTED(
      "prefstream.reviews.requested",
      "decisions",
      List.of(),
      "Decisions that experts were asked about."),
  LABELS(
      "prefstream.labels",
      "labels",
      List.of("outcome"),
      "Experts' labels by what came of them: first of its ticket, changed the label that stood, confirmed it, or outdated by one given later."),
  UNMATCHED_LABELS(
      "prefstream.labels.unmatched",
      "labels",
      List.of(),
      "Labels forgotten because no decision on their ticket came within oversight.state-retention."),
  FAIRNESS_ALARMS(
      "prefstream.fairness.alarms",
      "audits",
      List.of("kind"),
      "Fairness audits that raise an alarm: running, month or on-demand. An alarm that lasts is told by every audit."),
  STYLE_ALERTS(
      "prefstream.style.alerts",
      "reports",
      List.of(),
      "Style reports that raise an alert. One that lasts is told by every report."),
  DRIFT_ALERTS(
      "prefstream.drift.alerts",
      "alerts",
      List.of("detector", "kind"),
      "Incidents alerted; kind is what they are about when they open."),
  DRIFT_EMBEDDINGS_PASSED_OVER(
      "prefstream.drift.embeddings.passed.over",
      "embeddings",
      List.of(),
      "Embeddings that the drift monitor passed over, while their scores count: empty, too long, with NaN or infinity, or of another length than the model's others. One of another length counts in the whole stream and in its segment."),
  DRIFT_TRIGGERS(
      "prefstream.drift.triggers", "triggers", List.of("urgency"), "Requests for retraining."),
  DRIFT_UNWATCHED(
      "prefstream.drift.unwatched",
      "predictions",
      List.of(),
      "Predictions that count in the whole stream only: their segment is small, or beyond drift.max-segments.");

  private final String meterName;
  private final String unit;
  private final List<String> tags;
  private final String meaning;

  Metric(String meterName, String unit, List<String> tags, String meaning) {
    this.meterName = meterName;
    this.unit = unit;
    this.tags = tags;
    this.meaning = meaning;
  }

  public String meterName() {
    return meterName;
  }

  public String unit() {
    return unit;
  }

  /** Names of the tags, each with few values. */
  public List<String> tags() {
    return tags;
  }

  public String meaning() {
    return meaning;
  }

  /** The counter with these tag values, in the order of {@link #tags()}. */
  public Counter counter(MeterRegistry registry, String... tagValues) {
    return Counter.builder(meterName)
        .description(meaning)
        .tags(pairs(tagValues))
        .register(registry);
  }

  /** The summary with these tag values, in the order of {@link #tags()}. */
  public DistributionSummary summary(MeterRegistry registry, String... tagValues) {
    return DistributionSummary.builder(meterName)
        .description(meaning)
        .tags(pairs(tagValues))
        .publishPercentileHistogram()
        .register(registry);
  }

  /** The timer with these tag values, in the order of {@link #tags()}. */
  public Timer timer(MeterRegistry registry, String... tagValues) {
    return Timer.builder(meterName)
        .description(meaning)
        .tags(pairs(tagValues))
        .publishPercentileHistogram()
        .minimumExpectedValue(Duration.ofMillis(1))
        .maximumExpectedValue(Duration.ofMinutes(1))
        .register(registry);
  }

  private String[] pairs(String... tagValues) {
    if (tagValues.length != tags.size()) {
      throw new IllegalArgumentException(
          "%s takes values for %s, found %d".formatted(meterName, tags, tagValues.length));
    }
    String[] pairs = new String[2 * tagValues.length];
    for (int i = 0; i < tagValues.length; i++) {
      pairs[2 * i] = tags.get(i);
      pairs[2 * i + 1] = tagValues[i];
    }
    return pairs;
  }
}
