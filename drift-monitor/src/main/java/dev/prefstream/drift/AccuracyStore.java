package dev.prefstream.drift;

import dev.prefstream.runtime.streams.StateSerde;
import dev.prefstream.schemas.avro.AccuracyReport;
import dev.prefstream.schemas.avro.AccuracySeen;
import dev.prefstream.schemas.avro.AccuracyState;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.DriftKind;
import dev.prefstream.schemas.avro.Share;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/** Labels of each tenant and of all together, and how far reports were counted. One thread. */
final class AccuracyStore {

  /** {@link AccuracyState} by segment: all of a tenant, or the whole stream. */
  static final String ACCURACY = "accuracy";

  /** {@link AccuracySeen} by {@link LabelCounts#name()}. */
  static final String SEEN = "accuracy-seen";

  private final AccuracyWatch watch;
  private final KeyValueStore<String, AccuracyState> states;
  private final KeyValueStore<String, AccuracySeen> seen;

  AccuracyStore(AccuracyWatch watch, ProcessorContext<?, ?> context) {
    this.watch = watch;
    this.states = context.getStateStore(ACCURACY);
    this.seen = context.getStateStore(SEEN);
  }

  static List<StoreBuilder<?>> builders() {
    return List.of(
        Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(ACCURACY),
            Serdes.String(),
            StateSerde.of(AccuracyState.class)),
        Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(SEEN),
            Serdes.String(),
            StateSerde.of(AccuracySeen.class)));
  }

  /**
   * Takes the labels that are new in a report. One that was taken back or changed is no new one.
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
    List<DriftAlert> words = new ArrayList<>();
    for (long i = 0; i < more.labels(); i++) {
      boolean error = i < more.errors();
      words.addAll(take(Segments.ofTenant(report.getTenantId()), report, error));
      words.addAll(take(Segments.ALL, report, error));
    }
    return words;
  }

  private List<DriftAlert> take(String segment, AccuracyReport report, boolean error) {
    AccuracyWatch.Step step =
        watch.after(
            states.get(segment),
            segment,
            report.getModel(),
            error,
            report.getAsOf().toEpochMilli());
    if (step == null) {
      return List.of();
    }
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
