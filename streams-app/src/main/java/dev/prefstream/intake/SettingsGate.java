package dev.prefstream.intake;

import static java.util.Objects.requireNonNull;

import dev.prefstream.policy.records.SettingsRules;
import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.runtime.failure.PoisonReason;
import dev.prefstream.runtime.streams.StageCounters;
import dev.prefstream.schemas.avro.PreferenceSettings;
import dev.prefstream.schemas.avro.SettingsInForce;
import java.util.List;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Lets valid settings through, with their version. Invalid ones end in dead letters, and what was
 * in force stays so. A record without value takes a tenant's settings back.
 */
final class SettingsGate implements Processor<String, PreferenceSettings, String, SettingsInForce> {

  private final IntakeOptions options;
  private final StageCounters counters;
  private @Nullable ProcessorContext<String, SettingsInForce> context;

  SettingsGate(IntakeOptions options, StageCounters counters) {
    this.options = options;
    this.counters = counters;
  }

  @Override
  public void init(ProcessorContext<String, SettingsInForce> context) {
    this.context = context;
  }

  @Override
  @SuppressWarnings("NullAway") // A null value is Kafka's word for "take it back".
  public void process(Record<String, PreferenceSettings> record) {
    counters.received();
    ProcessorContext<String, SettingsInForce> context = requireNonNull(this.context);
    PreferenceSettings settings = record.value();
    if (settings == null) {
      tenant(record.key());
      context.forward(record.withValue(null));
    } else {
      validate(record.key(), settings);
      RecordMetadata origin = context.recordMetadata().orElseThrow();
      context.forward(
          record.withValue(
              new SettingsInForce(settings, origin.partition() + "-" + origin.offset())));
    }
    counters.processed();
  }

  private void validate(@Nullable String key, PreferenceSettings settings) {
    tenant(settings.getTenantId());
    if (!settings.getTenantId().equals(key)) {
      throw new PoisonException(
          PoisonReason.INVALID_FIELD,
          "the record's key %s, expected the tenant_id: publish settings with their tenant_id as key"
              .formatted(key == null ? "is missing" : "differs from tenant_id"));
    }
    if (!options.serves(settings.getTenantId())) {
      throw new PoisonException(
          PoisonReason.UNKNOWN_TENANT,
          "the tenant is none of the %d in %s: correct the tenant_id, or add the tenant there"
              .formatted(options.tenants().size(), IntakeOptions.TENANTS.key()));
    }
    List<String> problems = SettingsRules.problems(settings);
    if (!problems.isEmpty()) {
      throw new PoisonException(
          PoisonReason.INVALID_FIELD,
          String.join("; ", problems)
              + ": publish corrected settings; until then the previous ones stay in force");
    }
  }

  private static void tenant(@Nullable String tenantId) {
    if (tenantId == null || tenantId.isBlank()) {
      throw new PoisonException(
          PoisonReason.MISSING_ID,
          "the tenant is missing, expected its id as key and tenant_id: name it, or \"default\" for all tenants without settings of their own");
    }
  }
}
