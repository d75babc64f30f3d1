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
import org.apache.kafka.streams.processor.api.ProcessorContext;
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
   * Takes the labels that are new in a report: for all together first, so that a fall that all and
   * one tenant show by the same report is told of all. A fall that is a tenant's alone, and told
   * already, is no evidence of another one of all.
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
    boolean told = hasIncident(tenant) && !hasIncident(Segments.ALL);
    List<DriftAlert> words = new ArrayList<>(take(Segments.ALL, labels, told));
    words.addAll(take(tenant, labels, false));
    return words;
  }

  private boolean hasIncident(String segment) {
    AccuracyState state = states.get(segment);
    return state != null && state.getAlertId() != null;
  }

  private List<DriftAlert> take(String segment, LabelBatch labels, boolean told) {
    AccuracyWatch.Step step = watch.after(states.get(segment), segment, labels, told);
    states.put(segment, step.state());
    return step.words();
  }

  /** How often the model of a word decides right in its segment's tenant, where labels say so. */
  @Nullable Share share(DriftAlert word) {
    if (word.getKind() == DriftKind.QUALITY) {
      return word.getAccuracy();
    }
    return AccuracyWatch.share(states.get(Segments.labelled(word.getSegment())), word.getModel());
  }
}
