package dev.prefstream.oversight;

import static java.util.Objects.requireNonNull;

import dev.prefstream.oversight.DueReports.DueMonth;
import dev.prefstream.oversight.DueReports.DueWindow;
import dev.prefstream.oversight.OversightOptions.Scope;
import dev.prefstream.runtime.streams.StateSerde;
import dev.prefstream.runtime.streams.StreamClock;
import dev.prefstream.runtime.streams.Sweep;
import dev.prefstream.schemas.avro.AuditKind;
import dev.prefstream.schemas.avro.CellTally;
import dev.prefstream.schemas.avro.DayTally;
import dev.prefstream.schemas.avro.FairnessAudit;
import dev.prefstream.schemas.avro.GroupTally;
import dev.prefstream.schemas.avro.ReviewPlan;
import dev.prefstream.schemas.avro.StyleReference;
import dev.prefstream.schemas.avro.StyleReport;
import dev.prefstream.schemas.avro.Tally;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * Adds up the counts of each tenant and of all, and tells of what changed every interval: accuracy
 * and style of the window, fairness of the month, and how many decisions to ask experts about from
 * now on. A month is told of for the last time once it is over and its counts did not change for an
 * interval. Also sweeps the counts.
 */
final class Reporter implements Processor<String, CellTally, String, SpecificRecord> {

  static final String PLANNED = "oversight-planned";
  static final String STYLE_REFERENCES = "oversight-style-references";

  /** A decision takes a while from the log into the counts. */
  private static final Duration LATENESS = Duration.ofMinutes(10);

  /** After a year the present is the measure of style. */
  private static final Duration REFERENCE_KEPT = Duration.ofDays(365);

  private final OversightOptions options;
  private final StreamClock clock;
  private final OversightMeters meters;
  private final AccuracyReports accuracy;
  private final StyleReports style;
  private final FairnessAudits fairness;
  private final ReviewPlanner planner;
  private @Nullable ProcessorContext<String, SpecificRecord> context;
  private @Nullable Counts counts;
  private @Nullable DueReports due;
  private @Nullable KeyValueStore<String, ReviewPlan> planned;
  private @Nullable KeyValueStore<String, StyleReference> references;

  Reporter(OversightOptions options, StreamClock clock, OversightMeters meters) {
    this.options = options;
    this.clock = clock;
    this.meters = meters;
    this.accuracy = new AccuracyReports(options);
    this.style = new StyleReports(options);
    this.fairness = new FairnessAudits(options);
    this.planner = new ReviewPlanner(options);
  }

  static List<StoreBuilder<?>> builders() {
    return List.of(
        DueReports.builder(),
        Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(PLANNED),
            Serdes.String(),
            StateSerde.of(ReviewPlan.class)),
        StateSerde.store(STYLE_REFERENCES, StyleReference.class));
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> context) {
    this.context = context;
    Counts counts = Counts.of(context);
    this.counts = counts;
    this.due = DueReports.of(context);
    KeyValueStore<String, ReviewPlan> planned = context.getStateStore(PLANNED);
    this.planned = planned;
    KeyValueStore<String, StyleReference> references = context.getStateStore(STYLE_REFERENCES);
    this.references = references;
    Sweep<DayTally> days = counts.daySweep(this::isExpired);
    Sweep<GroupTally> months = counts.monthSweep(this::isExpired);
    Sweep<ReviewPlan> plans =
        new Sweep<>(
            planned,
            plan -> isExpired(Window.day(plan.getWindowEnd().toEpochMilli())),
            this::withdraw);
    Sweep<StyleReference> measures =
        new Sweep<>(
            references,
            reference ->
                clock.now(context) - reference.getWindowStart() > REFERENCE_KEPT.toMillis(),
            (scope, reference) -> references.delete(scope));
    context.schedule(
        Sweep.EVERY,
        PunctuationType.WALL_CLOCK_TIME,
        now -> {
          days.step();
          months.step();
          plans.step();
          measures.step();
        });
    context.schedule(options.reportEvery(), PunctuationType.WALL_CLOCK_TIME, this::report);
  }

  @Override
  public void process(Record<String, CellTally> record) {
    CellTally change = record.value();
    long day = change.getCell().getDay();
    if (isExpired(day + 1)) {
      // Swept, or about to be: what is taken back from nothing would be less than nothing.
      return;
    }
    requireNonNull(counts).add(record.key(), change);
    addToReference(record.key(), change);
    requireNonNull(due).changed(record.key(), day, options.window());
  }

  /** What styles are measured by counts its window as it is now, without what was erased since. */
  private void addToReference(String scope, CellTally change) {
    KeyValueStore<String, StyleReference> references = requireNonNull(this.references);
    StyleReference reference = references.get(scope);
    if (reference != null
        && reference.getModel().equals(change.getCell().getModel())
        && Window.holding(Window.day(reference.getWindowStart()), options.window())
            .holds(change.getCell().getDay())) {
      Tally tally = Tallies.plus(reference.getTally(), change.getTally());
      references.put(
          scope, new StyleReference(reference.getWindowStart(), reference.getModel(), tally));
    }
  }

  private boolean isExpired(long endDay) {
    return Counts.isExpired(endDay, clock.now(requireNonNull(context)), options.retention());
  }

  private void report(long now) {
    Map<String, History> histories = new HashMap<>();
    for (DueWindow each : requireNonNull(due).takeWindows(options.window())) {
      History history = histories.computeIfAbsent(each.scope(), requireNonNull(counts)::history);
      accuracy
          .of(each.scope(), each.window(), history)
          .forEach(report -> emit(each.scope(), report, now));
      StyleReference reference = reference(each.scope(), history);
      for (StyleReport report : style.of(each.scope(), each.window(), history, reference)) {
        emit(each.scope(), report, now);
        if (report.getAlert()) {
          meters.styleAlert();
        }
      }
    }
    histories.forEach((scope, history) -> plan(scope, history, now));
    requireNonNull(due).months().forEach(each -> audit(each, now));
  }

  private void audit(DueMonth each, long now) {
    DueReports due = requireNonNull(this.due);
    boolean over = Window.of(each.month()).end().plus(LATENESS).toEpochMilli() <= now;
    if (each.changed()) {
      emitAudit(each, AuditKind.RUNNING, now);
      due.atRest(each);
    } else if (over) {
      emitAudit(each, AuditKind.MONTH, now);
      due.done(each);
    }
  }

  private void emitAudit(DueMonth each, AuditKind kind, long now) {
    FairnessAudit audit =
        fairness.audit(
            each.scope(),
            each.month(),
            requireNonNull(counts).month(each.scope(), each.month()),
            kind,
            null);
    emit(each.scope(), audit, now);
    if (audit.getAlarm()) {
      meters.fairnessAlarm(kind);
    }
  }

  private @Nullable StyleReference reference(String scope, History history) {
    KeyValueStore<String, StyleReference> references = requireNonNull(this.references);
    StyleReference kept = references.get(scope);
    if (kept != null && history.latest() - kept.getWindowStart() <= REFERENCE_KEPT.toMillis()) {
      return kept;
    }
    StyleReference found = style.reference(history).orElse(null);
    if (found != null) {
      references.put(scope, found);
    }
    return found;
  }

  private void plan(String scope, History history, long now) {
    boolean isPlanned = scope.equals(Keys.ALL) == (options.review().scope() == Scope.INSTALLATION);
    if (!isPlanned) {
      return;
    }
    long latest = history.latest();
    Window window = Window.holding(Window.day(latest), options.window());
    Map<Stratum, Tally> before = history.asked(window.before());
    history
        .asked(window)
        .forEach(
            (stratum, tally) -> {
              Tally earlier = before.getOrDefault(stratum, Tallies.none());
              plan(scope, stratum, window, tally, earlier, latest, now);
            });
  }

  private void plan(
      String scope,
      Stratum stratum,
      Window window,
      Tally tally,
      Tally earlier,
      long latest,
      long now) {
    KeyValueStore<String, ReviewPlan> planned = requireNonNull(this.planned);
    String key = ReviewRates.key(scope, stratum.domain(), stratum.model());
    planner
        .plan(scope, stratum, window, tally, earlier, latest, planned.get(key))
        .ifPresent(
            plan -> {
              planned.put(key, plan);
              emit(key, plan, now);
            });
  }

  @SuppressWarnings("NullAway") // A null value is Kafka's word for "forget it".
  private void withdraw(String key, ReviewPlan plan) {
    requireNonNull(planned).delete(key);
    ProcessorContext<String, SpecificRecord> context = requireNonNull(this.context);
    context.forward(new Record<>(key, null, context.currentSystemTimeMs()));
  }

  private void emit(String key, SpecificRecord value, long now) {
    requireNonNull(context).forward(new Record<>(key, value, now));
  }
}
