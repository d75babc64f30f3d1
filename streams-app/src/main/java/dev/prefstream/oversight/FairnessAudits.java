package dev.prefstream.oversight;

import dev.prefstream.oversight.statistics.Comparison;
import dev.prefstream.oversight.statistics.Interval;
import dev.prefstream.oversight.statistics.Normal;
import dev.prefstream.oversight.statistics.Proportion;
import dev.prefstream.schemas.avro.AuditKind;
import dev.prefstream.schemas.avro.Disparity;
import dev.prefstream.schemas.avro.FairnessAudit;
import dev.prefstream.schemas.avro.GroupRate;
import dev.prefstream.schemas.avro.GroupTally;
import dev.prefstream.schemas.avro.ParityMeasure;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes fairness audits of counts. Groups are compared within a dimension, each pair of those large
 * enough; intervals hold for all pairs of a dimension together (Bonferroni), so that many groups
 * raise no more false alarms than two. An alarm needs both: a ratio of rates below four fifths and
 * a difference that chance does not explain.
 */
final class FairnessAudits {

  /** Values come from outside; those beyond this many in a dimension are told as one. */
  static final int MOST_VALUES = 200;

  /** The four-fifths rule of the US Uniform Guidelines on Employee Selection (29 CFR 1607.4 D). */
  private static final double FOUR_FIFTHS = 0.8;

  private static final Proportion NOTHING = new Proportion(0, 0);

  private final OversightOptions.Fairness options;

  /** Sums of one group. */
  private record Group(String value, Proportion urgent, Proportion trueUrgent) {

    Group and(Group other, String name) {
      return new Group(name, sum(urgent, other.urgent), sum(trueUrgent, other.trueUrgent));
    }

    Proportion of(ParityMeasure measure) {
      return measure == ParityMeasure.URGENT_RATE ? urgent : trueUrgent;
    }

    private static Proportion sum(Proportion one, Proportion other) {
      return new Proportion(one.successes() + other.successes(), one.trials() + other.trials());
    }
  }

  /** Two groups, the first with a rate no higher than the second's. */
  private record Pair(Group low, Group high, ParityMeasure measure, double z) {

    Interval difference() {
      return Comparison.difference(high.of(measure), low.of(measure), z);
    }

    double ratio() {
      double highest = high.of(measure).value();
      return highest == 0 ? 1 : low.of(measure).value() / highest;
    }

    boolean alarms() {
      return ratio() < FOUR_FIFTHS && difference().low() > 0;
    }
  }

  FairnessAudits(OversightOptions options) {
    this.options = options.fairness();
  }

  /**
   * @param scope tenant, or {@link Keys#ALL}, whose audit compares tenants too
   * @param counts of that month
   */
  FairnessAudit audit(
      String scope,
      YearMonth month,
      Collection<GroupTally> counts,
      AuditKind kind,
      @Nullable String requestId) {
    Window period = Window.of(month);
    List<GroupRate> groups = new ArrayList<>();
    List<Disparity> disparities = new ArrayList<>();
    dimensions(scope, counts)
        .forEach(
            (dimension, of) -> {
              of.forEach(group -> groups.add(rate(dimension, group)));
              for (ParityMeasure measure : ParityMeasure.values()) {
                disparity(dimension, measure, of).ifPresent(disparities::add);
              }
            });
    List<Disparity> parities =
        disparities.stream()
            .filter(each -> each.getMeasure() == ParityMeasure.URGENT_RATE)
            .toList();
    return FairnessAudit.newBuilder()
        .setTenantId(scope)
        .setPeriodStart(period.start())
        .setPeriodEnd(period.end())
        .setGroups(groups)
        .setParityDifference(
            parities.stream()
                .map(Disparity::getDifference)
                .max(Comparator.naturalOrder())
                .orElse(null))
        .setParityRatio(
            parities.stream().map(Disparity::getRatio).min(Comparator.naturalOrder()).orElse(null))
        .setFourFifths(
            parities.isEmpty() ? null : parities.stream().allMatch(Disparity::getFourFifths))
        .setKind(kind)
        .setRequestId(requestId)
        .setUrgent(Tallies.share(total(counts)))
        .setDisparities(disparities)
        .setConfidence(options.confidence())
        .setMinCount(options.minimum())
        .setAlarm(disparities.stream().anyMatch(Disparity::getAlarm))
        .build();
  }

  private static Proportion total(Collection<GroupTally> counts) {
    return new Proportion(
        counts.stream().mapToLong(GroupTally::getUrgent).sum(),
        counts.stream().mapToLong(GroupTally::getDecisions).sum());
  }

  private static Map<String, List<Group>> dimensions(String scope, Collection<GroupTally> counts) {
    Map<String, TreeMap<String, Group>> dimensions = new LinkedHashMap<>();
    for (GroupTally count : counts) {
      add(dimensions, "audit_group", count.getAuditGroup(), count);
      add(dimensions, "region", count.getRegion(), count);
      add(dimensions, "language", count.getLanguage(), count);
      if (scope.equals(Keys.ALL)) {
        add(dimensions, "tenant", count.getTenantId(), count);
      }
    }
    Map<String, List<Group>> bounded = new LinkedHashMap<>();
    dimensions.forEach((name, groups) -> bounded.put(name, bounded(groups)));
    return bounded;
  }

  private static void add(
      Map<String, TreeMap<String, Group>> dimensions,
      String dimension,
      @Nullable String value,
      GroupTally count) {
    if (value != null) {
      Group group =
          new Group(
              value,
              new Proportion(count.getUrgent(), count.getDecisions()),
              new Proportion(
                  count.getTrueUrgent(), count.getTrueUrgent() + count.getFalseStandard()));
      dimensions
          .computeIfAbsent(dimension, name -> new TreeMap<>())
          .merge(value, group, (one, other) -> one.and(other, value));
    }
  }

  /** The largest ones; all others as one. */
  private static List<Group> bounded(TreeMap<String, Group> groups) {
    if (groups.size() <= MOST_VALUES) {
      return List.copyOf(groups.values());
    }
    List<Group> bySize = new ArrayList<>(groups.values());
    bySize.sort(
        Comparator.comparing((Group group) -> group.value().equals(Keys.OTHER))
            .thenComparing(group -> -group.urgent().trials()));
    List<Group> bounded = new ArrayList<>(bySize.subList(0, MOST_VALUES));
    bounded.sort(Comparator.comparing(Group::value));
    bySize.subList(MOST_VALUES, bySize.size()).stream()
        .reduce((one, other) -> one.and(other, Keys.OTHER))
        .ifPresent(rest -> bounded.add(rest.and(new Group("", NOTHING, NOTHING), Keys.OTHER)));
    return bounded;
  }

  private static GroupRate rate(String dimension, Group group) {
    return GroupRate.newBuilder()
        .setDimension(dimension)
        .setValue(group.value())
        .setUrgent(Tallies.share(group.urgent()))
        .setOpportunity(group.trueUrgent().trials() == 0 ? null : Tallies.share(group.trueUrgent()))
        .build();
  }

  private Optional<Disparity> disparity(
      String dimension, ParityMeasure measure, List<Group> groups) {
    List<Group> compared =
        groups.stream()
            .filter(group -> !group.value().equals(Keys.OTHER))
            .filter(group -> group.of(measure).trials() >= options.minimum())
            .sorted(Comparator.comparingDouble(group -> group.of(measure).value()))
            .toList();
    int size = compared.size();
    if (size < 2) {
      return Optional.empty();
    }
    double pairs = size * (size - 1) / 2.0;
    double z = Normal.z(1 - (1 - options.confidence()) / pairs);
    Pair told = new Pair(compared.get(0), compared.get(size - 1), measure, z);
    double clearest = 0;
    boolean alarm = false;
    for (int low = 0; low < size; low++) {
      for (int high = low + 1; high < size; high++) {
        Pair pair = new Pair(compared.get(low), compared.get(high), measure, z);
        if (pair.alarms() && pair.difference().low() > clearest) {
          told = pair;
          clearest = pair.difference().low();
          alarm = true;
        }
      }
    }
    return Optional.of(disparity(dimension, size, told, alarm));
  }

  private static Disparity disparity(String dimension, int groups, Pair told, boolean alarm) {
    Proportion low = told.low().of(told.measure());
    Proportion high = told.high().of(told.measure());
    Interval difference = told.difference();
    Interval ratio = Comparison.ratio(low, high, told.z());
    return Disparity.newBuilder()
        .setDimension(dimension)
        .setMeasure(told.measure())
        .setGroups(groups)
        .setLowest(told.low().value())
        .setHighest(told.high().value())
        .setDifference(high.value() - low.value())
        .setDifferenceLow(difference.low())
        .setDifferenceHigh(difference.high())
        .setRatio(told.ratio())
        .setRatioLow(ratio.low())
        .setRatioHigh(ratio.high())
        .setFourFifths(told.ratio() >= FOUR_FIFTHS)
        .setAlarm(alarm)
        .build();
  }
}
