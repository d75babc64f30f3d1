package dev.prefstream.oversight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.prefstream.schemas.avro.AuditKind;
import dev.prefstream.schemas.avro.Disparity;
import dev.prefstream.schemas.avro.FairnessAudit;
import dev.prefstream.schemas.avro.GroupTally;
import dev.prefstream.schemas.avro.ParityMeasure;
import dev.prefstream.streamsapp.StageDriver;
import java.nio.file.Path;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FairnessAuditsTest {

  private static final YearMonth MARCH = YearMonth.of(2026, 3);

  private final FairnessAudits fairness =
      new FairnessAudits(
          OversightOptions.of(StageDriver.configuration("audits", Path.of("unused"), Map.of())));

  @Test
  void alarmsWhenARateIsBelowFourFifthsBeyondChance() {
    FairnessAudit audit = audit(List.of(group("x", 1_000, 300), group("y", 1_000, 200)));

    assertThat(audit.getAlarm()).isTrue();
    Disparity disparity = audit.getDisparities().get(0);
    assertThat(disparity.getLowest()).isEqualTo("y");
    assertThat(disparity.getHighest()).isEqualTo("x");
    assertThat(disparity.getDifference()).isCloseTo(0.1, within(1e-12));
    assertThat(disparity.getDifferenceLow()).isBetween(0.04, 0.06);
    assertThat(disparity.getRatio()).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(disparity.getRatioHigh()).isBetween(0.7, 0.9);
    assertThat(disparity.getFourFifths()).isFalse();
    assertThat(audit.getParityRatio()).isEqualTo(disparity.getRatio());
  }

  @Test
  void aRatioBelowFourFifthsThatChanceExplainsIsNoAlarm() {
    FairnessAudit audit = audit(List.of(group("x", 40, 12), group("y", 40, 8)));

    assertThat(audit.getFourFifths()).isFalse();
    assertThat(audit.getAlarm()).isFalse();
  }

  @Test
  void aDifferenceBeyondChanceWithinFourFifthsIsNoAlarm() {
    FairnessAudit audit = audit(List.of(group("x", 100_000, 30_000), group("y", 100_000, 28_000)));

    assertThat(audit.getDisparities().get(0).getDifferenceLow()).isPositive();
    assertThat(audit.getFourFifths()).isTrue();
    assertThat(audit.getAlarm()).isFalse();
  }

  @Test
  void aSmallGroupIsNotCompared() {
    FairnessAudit audit =
        audit(List.of(group("x", 1_000, 300), group("y", 1_000, 290), group("tiny", 29, 0)));

    assertThat(audit.getGroups()).hasSize(3);
    assertThat(audit.getDisparities().get(0).getGroups()).isEqualTo(2);
    assertThat(audit.getAlarm()).isFalse();
  }

  @Test
  void tellsOfThePairThatRaisesTheAlarmRatherThanOfASmallExtreme() {
    FairnessAudit audit =
        audit(List.of(group("x", 2_000, 600), group("y", 2_000, 400), group("small", 30, 5)));

    assertThat(audit.getAlarm()).isTrue();
    assertThat(audit.getDisparities().get(0).getLowest()).isEqualTo("y");
  }

  @Test
  void comparesOpportunityWhereThereAreLabels() {
    GroupTally x = group("x", 1_000, 300);
    x.setTrueUrgent(190);
    x.setFalseStandard(10);
    GroupTally y = group("y", 1_000, 300);
    y.setTrueUrgent(120);
    y.setFalseStandard(80);
    FairnessAudit audit = audit(List.of(x, y, group("unlabelled", 1_000, 300)));

    assertThat(audit.getAlarm()).isTrue();
    assertThat(audit.getParityRatio()).isEqualTo(1);
    assertThat(audit.getDisparities())
        .filteredOn(each -> each.getMeasure() == ParityMeasure.TRUE_URGENT_RATE)
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.getAlarm()).isTrue();
              assertThat(each.getGroups()).isEqualTo(2);
              assertThat(each.getDifference()).isCloseTo(0.35, within(1e-12));
            });
  }

  @Test
  void saysNothingOfDisparityWithFewerThanTwoGroups() {
    FairnessAudit audit = audit(List.of(group("x", 1_000, 300)));

    assertThat(audit.getDisparities()).isEmpty();
    assertThat(audit.getParityRatio()).isNull();
    assertThat(audit.getFourFifths()).isNull();
  }

  @Test
  void groupsWithoutUrgentDecisionsAreAlike() {
    FairnessAudit audit = audit(List.of(group("x", 1_000, 0), group("y", 1_000, 0)));

    assertThat(audit.getParityRatio()).isEqualTo(1);
    assertThat(audit.getAlarm()).isFalse();
  }

  /**
   * Months in which all groups have one rate; looked at every tenth of the month, as running audits
   * look. Prints the shares that the decision page on fairness cites.
   */
  @Test
  void raisesFewFalseAlarmsAmongEqualGroupsAndSeesARealDifference() {
    long seed = 7;
    int months = 1_000;
    Random random = new Random(seed);
    int atTheEnd = 0;
    int ever = 0;
    int pointRule = 0;
    int seen = 0;
    for (int month = 0; month < months; month++) {
      int groups = 2 + random.nextInt(9);
      double rate = 0.05 + 0.35 * random.nextDouble();
      List<GroupTally> counts = new ArrayList<>();
      int[] size = new int[groups];
      for (int i = 0; i < groups; i++) {
        counts.add(group("g" + i, 0, 0));
        size[i] = (int) Math.round(30 * Math.pow(100, random.nextDouble())); // 30 to 3,000
      }
      boolean everInMonth = false;
      FairnessAudit audit = audit(counts);
      for (int look = 0; look < 10; look++) {
        for (int i = 0; i < groups; i++) {
          draw(counts.get(i), Math.max(3, size[i] / 10), rate, random);
        }
        audit = audit(counts);
        everInMonth |= audit.getAlarm();
      }
      ever += everInMonth ? 1 : 0;
      atTheEnd += audit.getAlarm() ? 1 : 0;
      pointRule += Boolean.FALSE.equals(audit.getFourFifths()) ? 1 : 0;
      List<GroupTally> unequal = List.of(group("x", 0, 0), group("y", 0, 0), group("z", 0, 0));
      draw(unequal.get(0), 1_000, 0.25, random);
      draw(unequal.get(1), 1_000, 0.25, random);
      draw(unequal.get(2), 1_000, 0.15, random);
      seen += audit(unequal).getAlarm() ? 1 : 0;
    }
    System.out.printf(
        "false alarms a month: %.3f at its end, %.3f at any of ten looks; four-fifths rule alone %.3f; 0.25 against 0.15 of 1,000 seen: %.3f (seed %d, %d months)%n",
        (double) atTheEnd / months,
        (double) ever / months,
        (double) pointRule / months,
        (double) seen / months,
        seed,
        months);

    assertThat(atTheEnd).isLessThanOrEqualTo(months * 15 / 1_000);
    assertThat(ever).isLessThanOrEqualTo(months * 50 / 1_000);
    assertThat(seen).isGreaterThan(months * 9 / 10);
  }

  private static void draw(GroupTally group, int decisions, double rate, Random random) {
    int urgent = 0;
    for (int i = 0; i < decisions; i++) {
      urgent += random.nextDouble() < rate ? 1 : 0;
    }
    group.setDecisions(group.getDecisions() + decisions);
    group.setUrgent(group.getUrgent() + urgent);
  }

  private FairnessAudit audit(List<GroupTally> counts) {
    return fairness.audit("a", MARCH, counts, AuditKind.RUNNING, null);
  }

  private static GroupTally group(String name, long decisions, long urgent) {
    return GroupTally.newBuilder()
        .setMonthStart(Math.toIntExact(Window.of(MARCH).firstDay()))
        .setTenantId("a")
        .setAuditGroup(name)
        .setDecisions(decisions)
        .setUrgent(urgent)
        .build();
  }
}
