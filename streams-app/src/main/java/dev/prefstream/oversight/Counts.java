package dev.prefstream.oversight;

import dev.prefstream.runtime.streams.StateSerde;
import dev.prefstream.runtime.streams.Sweep;
import dev.prefstream.schemas.avro.CellTally;
import dev.prefstream.schemas.avro.CountCell;
import dev.prefstream.schemas.avro.DayTally;
import dev.prefstream.schemas.avro.GroupTally;
import dev.prefstream.schemas.avro.ModelRef;
import dev.prefstream.schemas.avro.Tally;
import java.time.Duration;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.jspecify.annotations.Nullable;

/**
 * All counts of a scope, which is a tenant or {@link Keys#ALL}: by day and stratum, and by calendar
 * month and group. Values come from outside, so their number is bounded: what comes beyond it is
 * counted as {@link Keys#OTHER}.
 *
 * @param days by scope, day, domain, domain by the label and model
 * @param groups by scope, month, tenant, region, language and audit group
 */
record Counts(KeyValueStore<String, DayTally> days, KeyValueStore<String, GroupTally> groups) {

  static final String DAYS = "oversight-days";
  static final String GROUPS = "oversight-groups";

  /** Strata of a scope and day that are kept apart. */
  static final int MOST_STRATA = 200;

  /** Groups of a scope and month that are kept apart. */
  static final int MOST_GROUPS = 5_000;

  static List<StoreBuilder<?>> builders() {
    return List.of(
        StateSerde.store(DAYS, DayTally.class), StateSerde.store(GROUPS, GroupTally.class));
  }

  static Counts of(ProcessingContext context) {
    return new Counts(context.getStateStore(DAYS), context.getStateStore(GROUPS));
  }

  /** Adds a change. */
  void add(String scope, CellTally change) {
    addToDay(scope, change.getCell(), change.getTally());
    addToMonth(scope, change.getCell(), change.getTally());
  }

  History history(String scope) {
    return new History(values(days, Keys.prefix(scope)));
  }

  List<GroupTally> month(String scope, YearMonth month) {
    return values(groups, Keys.prefix(scope, month));
  }

  /** Whether counts of the day are no longer kept. */
  static boolean isExpired(long endDay, long streamTime, Duration retention) {
    return streamTime - retention.toMillis() > endDay * Duration.ofDays(1).toMillis();
  }

  Sweep<DayTally> daySweep(LongPredicate ended) {
    return new Sweep<>(days, day -> ended.test(day.getDay() + 1L), (key, day) -> days.delete(key));
  }

  Sweep<GroupTally> monthSweep(LongPredicate ended) {
    return new Sweep<>(
        groups,
        group -> ended.test(Window.of(Window.month(group.getMonthStart())).endDay()),
        (key, group) -> groups.delete(key));
  }

  private void addToDay(String scope, CountCell cell, Tally change) {
    ModelRef model = cell.getModel();
    LocalDate day = LocalDate.ofEpochDay(cell.getDay());
    String domain = cell.getDomain();
    String labelDomain = cell.getLabelDomain();
    String key = dayKey(scope, day, domain, labelDomain, model);
    DayTally before = days.get(key);
    if (before == null && isFull(days, Keys.prefix(scope, day), MOST_STRATA)) {
      // Tickets without a domain are one stratum, which experts are asked about as such.
      domain = domain.equals(Keys.NONE) ? domain : Keys.OTHER;
      labelDomain = other(labelDomain);
      key = dayKey(scope, day, domain, labelDomain, model);
      before = days.get(key);
    }
    Tally after = before == null ? change : Tallies.plus(before.getTally(), change);
    days.put(key, new DayTally(cell.getDay(), domain, model, labelDomain, after));
  }

  private static String dayKey(
      String scope, LocalDate day, String domain, @Nullable String labelDomain, ModelRef model) {
    return Keys.of(
        scope, day, domain, labelDomain, model.getId(), model.getVersion(), model.getHash());
  }

  private void addToMonth(String scope, CountCell cell, Tally change) {
    YearMonth month = Window.month(cell.getDay());
    GroupTally group =
        GroupTally.newBuilder()
            .setMonthStart(Math.toIntExact(Window.of(month).firstDay()))
            .setTenantId(cell.getTenantId())
            .setRegion(cell.getRegion())
            .setLanguage(cell.getLanguage())
            .setAuditGroup(cell.getAuditGroup())
            .build();
    String key = groupKey(scope, month, group);
    GroupTally before = groups.get(key);
    if (before == null && isFull(groups, Keys.prefix(scope, month), MOST_GROUPS)) {
      group.setTenantId(scope.equals(Keys.ALL) ? Keys.OTHER : scope);
      group.setRegion(other(group.getRegion()));
      group.setLanguage(other(group.getLanguage()));
      group.setAuditGroup(other(group.getAuditGroup()));
      key = groupKey(scope, month, group);
      before = groups.get(key);
    }
    GroupTally after = before == null ? group : before;
    after.setDecisions(after.getDecisions() + change.getDecisions());
    after.setUrgent(after.getUrgent() + change.getUrgent());
    after.setTrueUrgent(after.getTrueUrgent() + change.getTrueUrgent());
    after.setFalseStandard(after.getFalseStandard() + change.getFalseStandard());
    groups.put(key, after);
  }

  private static @Nullable String other(@Nullable String value) {
    return value == null ? null : Keys.OTHER;
  }

  private static String groupKey(String scope, YearMonth month, GroupTally group) {
    return Keys.of(
        scope,
        month,
        group.getTenantId(),
        group.getRegion(),
        group.getLanguage(),
        group.getAuditGroup());
  }

  /** Counts only when something new comes, and no farther than need be. */
  private static boolean isFull(KeyValueStore<String, ?> store, String prefix, int most) {
    int size = 0;
    try (var found = store.prefixScan(prefix, new StringSerializer())) {
      while (size < most && found.hasNext()) {
        found.next();
        size++;
      }
    }
    return size == most;
  }

  private static <V> List<V> values(KeyValueStore<String, V> store, String prefix) {
    List<V> values = new ArrayList<>();
    try (KeyValueIterator<String, V> found = store.prefixScan(prefix, new StringSerializer())) {
      found.forEachRemaining(entry -> values.add(entry.value));
    }
    return values;
  }
}
