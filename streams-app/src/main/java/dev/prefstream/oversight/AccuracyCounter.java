package dev.prefstream.oversight;

import static java.util.Objects.requireNonNull;

import dev.prefstream.runtime.streams.StateSerde;
import dev.prefstream.schemas.avro.AccuracyReport;
import dev.prefstream.schemas.avro.ConfusionChange;
import dev.prefstream.schemas.avro.ModelRef;
import dev.prefstream.schemas.avro.Route;
import java.time.Instant;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/** Counts labelled decisions of each tenant and model, and reports after each change. */
final class AccuracyCounter implements Processor<String, ConfusionChange, String, AccuracyReport> {

  static final String STORE = "oversight-accuracy";

  private @Nullable ProcessorContext<String, AccuracyReport> context;
  private @Nullable KeyValueStore<String, AccuracyReport> reports;

  static StoreBuilder<?> builder() {
    return Stores.keyValueStoreBuilder(
        Stores.persistentKeyValueStore(STORE),
        Serdes.String(),
        StateSerde.of(AccuracyReport.class));
  }

  /** What changes are counted under; equal for equal tenant and model only. */
  static String key(ConfusionChange change) {
    ModelRef model = change.getModel();
    return "%d:%s%s@%s#%s"
        .formatted(
            change.getTenantId().length(),
            change.getTenantId(),
            model.getId(),
            model.getVersion(),
            model.getHash());
  }

  @Override
  public void init(ProcessorContext<String, AccuracyReport> context) {
    this.context = context;
    this.reports = context.getStateStore(STORE);
  }

  @Override
  public void process(Record<String, ConfusionChange> record) {
    ConfusionChange change = record.value();
    AccuracyReport before = requireNonNull(reports).get(record.key());
    AccuracyReport after = add(before == null ? nothing(change) : before, change);
    requireNonNull(reports).put(record.key(), after);
    requireNonNull(context).forward(record.withKey(change.getTenantId()).withValue(after));
  }

  private static AccuracyReport nothing(ConfusionChange change) {
    return AccuracyReport.newBuilder()
        .setTenantId(change.getTenantId())
        .setModel(change.getModel())
        .setAccuracy(Wilson.share(0, 0))
        .setTrueUrgent(0)
        .setFalseUrgent(0)
        .setTrueStandard(0)
        .setFalseStandard(0)
        .setAsOf(Instant.EPOCH)
        .build();
  }

  private static AccuracyReport add(AccuracyReport before, ConfusionChange change) {
    long amount = change.getAmount();
    boolean right = change.getDecided() == change.getLabelled();
    boolean urgent = change.getDecided() == Route.URGENT;
    long trueUrgent = before.getTrueUrgent() + (right && urgent ? amount : 0);
    long falseUrgent = before.getFalseUrgent() + (!right && urgent ? amount : 0);
    long trueStandard = before.getTrueStandard() + (right && !urgent ? amount : 0);
    long falseStandard = before.getFalseStandard() + (!right && !urgent ? amount : 0);
    Instant labelledAt = Instant.ofEpochMilli(change.getLabelledAt());
    return AccuracyReport.newBuilder(before)
        .setAccuracy(
            Wilson.share(
                trueUrgent + trueStandard, trueUrgent + falseUrgent + trueStandard + falseStandard))
        .setTrueUrgent(trueUrgent)
        .setFalseUrgent(falseUrgent)
        .setTrueStandard(trueStandard)
        .setFalseStandard(falseStandard)
        .setAsOf(labelledAt.isAfter(before.getAsOf()) ? labelledAt : before.getAsOf())
        .build();
  }
}
