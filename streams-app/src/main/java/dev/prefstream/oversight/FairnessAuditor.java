package dev.prefstream.oversight;

import static java.util.Objects.requireNonNull;

import dev.prefstream.runtime.streams.StateSerde;
import dev.prefstream.runtime.streams.Sweep;
import dev.prefstream.schemas.avro.FairnessAudit;
import dev.prefstream.schemas.avro.FairnessSample;
import dev.prefstream.schemas.avro.GroupCount;
import dev.prefstream.schemas.avro.GroupRate;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * Counts urgent decisions of each tenant by group and calendar month (UTC, by decision time), and
 * publishes a running audit of each month with new decisions every interval. Which months have new
 * decisions is not kept over a restart; each is then audited once more, with the same counts.
 */
final class FairnessAuditor implements Processor<String, FairnessSample, String, FairnessAudit> {

  static final String STORE = "oversight-fairness";

  /** Values come from outside; those beyond this many in a dimension count as one group. */
  static final int MOST_VALUES = 200;

  static final String OTHER = "(other)";

  private static final Duration SWEEP_EVERY = Duration.ofSeconds(1);
  private static final int SWEEP_ENTRIES = 1_000;

  private final OversightOptions options;
  private final Set<Month> changed = new LinkedHashSet<>();
  private @Nullable ProcessorContext<String, FairnessAudit> context;
  private @Nullable KeyValueStore<String, GroupCount> counts;

  private record Month(String tenantId, YearMonth month) {

    static Month of(String tenantId, long time) {
      return new Month(
          tenantId, YearMonth.from(Instant.ofEpochMilli(time).atOffset(ZoneOffset.UTC)));
    }

    Instant start() {
      return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    Instant end() {
      return month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** The length first, so that no two tenants share a prefix. */
    String prefix() {
      return tenantId.length() + ":" + tenantId + month + "/";
    }
  }

  FairnessAuditor(OversightOptions options) {
    this.options = options;
  }

  static StoreBuilder<?> builder() {
    return Stores.keyValueStoreBuilder(
        Stores.persistentKeyValueStore(STORE), Serdes.String(), StateSerde.of(GroupCount.class));
  }

  @Override
  public void init(ProcessorContext<String, FairnessAudit> context) {
    this.context = context;
    KeyValueStore<String, GroupCount> counts = context.getStateStore(STORE);
    this.counts = counts;
    try (KeyValueIterator<String, GroupCount> all = counts.all()) {
      all.forEachRemaining(
          entry -> changed.add(Month.of(entry.value.getTenantId(), entry.value.getPeriodStart())));
    }
    context.schedule(options.auditEvery(), PunctuationType.WALL_CLOCK_TIME, this::audit);
    Sweep<GroupCount> sweep =
        new Sweep<>(
            counts,
            count ->
                context.currentStreamTimeMs() - options.retention().toMillis()
                    > Month.of(count.getTenantId(), count.getPeriodStart()).end().toEpochMilli(),
            (key, count) -> counts.delete(key));
    context.schedule(
        SWEEP_EVERY, PunctuationType.WALL_CLOCK_TIME, now -> sweep.step(SWEEP_ENTRIES));
  }

  @Override
  public void process(Record<String, FairnessSample> record) {
    FairnessSample sample = record.value();
    Month month = Month.of(sample.getTenantId(), sample.getDecidedAt());
    count(month, "tenant", sample.getTenantId(), sample.getUrgent());
    count(month, "audit_group", sample.getAuditGroup(), sample.getUrgent());
    count(month, "region", sample.getRegion(), sample.getUrgent());
    count(month, "language", sample.getLanguage(), sample.getUrgent());
    changed.add(month);
  }

  private void count(Month month, String dimension, @Nullable String value, boolean urgent) {
    if (value == null) {
      return;
    }
    KeyValueStore<String, GroupCount> counts = requireNonNull(this.counts);
    String group = value;
    String prefix = month.prefix() + dimension + "/";
    GroupCount before = counts.get(prefix + group);
    if (before == null && size(prefix) >= MOST_VALUES) {
      group = OTHER;
      before = counts.get(prefix + group);
    }
    long urgentBefore = before == null ? 0 : before.getUrgent();
    long decisionsBefore = before == null ? 0 : before.getDecisions();
    counts.put(
        prefix + group,
        new GroupCount(
            month.tenantId(),
            month.start().toEpochMilli(),
            dimension,
            group,
            urgentBefore + (urgent ? 1 : 0),
            decisionsBefore + 1));
  }

  private int size(String prefix) {
    int size = 0;
    try (var groups = requireNonNull(counts).prefixScan(prefix, new StringSerializer())) {
      while (groups.hasNext()) {
        groups.next();
        size++;
      }
    }
    return size;
  }

  private void audit(long now) {
    for (Month month : changed) {
      List<GroupRate> groups = new ArrayList<>();
      try (var found = requireNonNull(counts).prefixScan(month.prefix(), new StringSerializer())) {
        while (found.hasNext()) {
          KeyValue<String, GroupCount> entry = found.next();
          GroupCount count = entry.value;
          groups.add(
              new GroupRate(
                  count.getDimension(),
                  count.getValue(),
                  Wilson.share(count.getUrgent(), count.getDecisions())));
        }
      }
      if (!groups.isEmpty()) {
        requireNonNull(context).forward(new Record<>(month.tenantId(), audit(month, groups), now));
      }
    }
    changed.clear();
  }

  private FairnessAudit audit(Month month, List<GroupRate> groups) {
    Optional<Parity> parity = Parity.of(groups, options.auditMinimum());
    return FairnessAudit.newBuilder()
        .setTenantId(month.tenantId())
        .setPeriodStart(month.start())
        .setPeriodEnd(month.end())
        .setGroups(groups)
        .setParityDifference(parity.map(Parity::difference).orElse(null))
        .setParityRatio(parity.map(Parity::ratio).orElse(null))
        .setFourFifths(parity.map(Parity::fourFifths).orElse(null))
        .build();
  }
}
