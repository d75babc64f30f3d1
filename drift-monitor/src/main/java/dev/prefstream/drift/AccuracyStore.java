package dev.prefstream.drift;

import dev.prefstream.runtime.streams.StateSerde;
import dev.prefstream.schemas.avro.AccuracyReport;
import dev.prefstream.schemas.avro.AccuracySeen;
import dev.prefstream.schemas.avro.AccuracyState;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.DriftKind;
import dev.prefstream.schemas.avro.ModelRelease;
import dev.prefstream.schemas.avro.Share;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Labels of each tenant and of all together, how far reports were counted, and which model was
 * released last. One thread.
 */
final class AccuracyStore {

  /** {@link AccuracyState} by segment: all of a tenant, or the whole stream. */
  static final String ACCURACY = "accuracy";

  /** {@link AccuracySeen} by {@link LabelCounts#name()}. */
  static final String SEEN = "accuracy-seen";

  /** The last {@link ModelRelease}, under one key. */
  static final String RELEASED = "released";

  private static final String LAST = "last";

  private final AccuracyWatch watch;
  private final KeyValueStore<String, AccuracyState> states;
  private final KeyValueStore<String, AccuracySeen> seen;
  private final KeyValueStore<String, ModelRelease> released;

  AccuracyStore(AccuracyWatch watch, ProcessorContext<?, ?> context) {
    this.watch = watch;
    this.states = context.getStateStore(ACCURACY);
    this.seen = context.getStateStore(SEEN);
    this.released = context.getStateStore(RELEASED);
  }

  static List<StoreBuilder<?>> builders() {
    return List.of(
        StateSerde.store(ACCURACY, AccuracyState.class),
        StateSerde.store(SEEN, AccuracySeen.class),
        StateSerde.store(RELEASED, ModelRelease.class));
  }

  /** From now on a model is the one that is to decide. */
  void released(ModelRelease release) {
    released.put(LAST, release);
  }

  /**
   * Takes the labels that are new in a report.
   *
   * @return words on incidents of accuracy, in order
   */
  List<DriftAlert> take(AccuracyReport report) {
    LabelCounts counts = LabelCounts.of(report);
    if (counts == null) {
      return List.of();
    }
    LabelCounts more = counts.since(seen.get(counts.name()));
    seen.put(counts.name(), counts.seen());
    LabelBatch labels = LabelBatch.of(report, more, released.get(LAST));
    if (labels == null) {
      return List.of();
    }
    String tenant = Segments.ofTenant(report.getTenantId());
    AccuracyWatch.Step step =
        watch.after(states.get(Segments.ALL), states.get(tenant), tenant, labels);
    states.put(Segments.ALL, step.all());
    states.put(tenant, step.tenant());
    return step.words();
  }

  /**
   * Word came that a fall was dealt with, of a tenant or of all: then of every tenant of which none
   * is told apart.
   *
   * @param incident what was told of it
   */
  void settle(DriftAlert incident) {
    AccuracyState state = states.get(incident.getSegment());
    if (state == null || !incident.getAlertId().equals(state.getAlertId())) {
      return;
    }
    states.put(incident.getSegment(), AccuracyCourse.settled(state));
    if (incident.getSegment().equals(Segments.ALL)) {
      settleTenants();
    }
  }

  private void settleTenants() {
    List<KeyValue<String, AccuracyState>> fallen = new ArrayList<>();
    try (KeyValueIterator<String, AccuracyState> all = states.all()) {
      all.forEachRemaining(
          entry -> {
            if (!AccuracyWatch.isOpen(entry.value)) {
              fallen.add(KeyValue.pair(entry.key, AccuracyCourse.settled(entry.value)));
            }
          });
    }
    states.putAll(fallen);
  }

  /** How often the model of a word decides right in its segment's tenant, where labels say so. */
  @Nullable Share share(DriftAlert word) {
    if (word.getKind() == DriftKind.QUALITY) {
      return word.getAccuracy();
    }
    return AccuracyWords.share(states.get(Segments.labelled(word.getSegment())), word.getModel());
  }
}
