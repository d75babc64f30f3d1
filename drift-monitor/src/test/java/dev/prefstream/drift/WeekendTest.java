package dev.prefstream.drift;

import static dev.prefstream.drift.DriftDriver.MODEL_A;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.drift.detect.BetaScores;
import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DetectorReading;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.DriftReport;
import dev.prefstream.schemas.avro.DriftState;
import dev.prefstream.schemas.avro.ReferenceState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Streams whose weekends score differently, through the whole stage at default settings. Scores are
 * Beta(2,2) to which a daily sine of 0.1 is added; at weekends 0.1 less, and half of the sine.
 * Seeded.
 */
class WeekendTest {

  private static final Map<String, String> DEFAULTS =
      Map.of(
          "drift.detectors", requireNonNull(DriftOptions.DETECTORS.defaultText()),
          "drift.seasonality", requireNonNull(DriftOptions.SEASONALITY.defaultText()));

  private static final Instant MONDAY = Instant.parse("2026-02-02T00:00:00Z");
  private static final int A_DAY = 2000;

  /** From which on alarms are told again. */
  private static final Instant WEEKEND_ENDS = day(7, 12);

  @TempDir private Path dir;

  private final Stream stream = new Stream(0, A_DAY, 0);

  /** Scores at even times, from eight o'clock of a day on. */
  private static final class Stream {

    private final SplittableRandom random = new SplittableRandom(11);
    private final Instant start;
    private final Duration between;
    private final Duration zone;
    private int published;

    /**
     * @param begins days after a Monday
     * @param zone hours by which its weekends are before those of UTC
     */
    Stream(int begins, int aDay, int zone) {
      this.start = day(begins, 8);
      this.between = Duration.ofDays(1).dividedBy(aDay);
      this.zone = Duration.ofHours(zone);
    }

    /** Goes on until a time, with something added to its scores. */
    void until(Instant end, DriftDriver drift, ToDoubleFunction<Instant> added) {
      Instant time = time();
      while (time.isBefore(end)) {
        double score = BetaScores.next(random) + cycle(time.plus(zone)) + added.applyAsDouble(time);
        drift.publish(drift.score(published, Math.max(0, Math.min(1, score)), time, MODEL_A));
        published++;
        time = time();
      }
    }

    void until(Instant end, DriftDriver drift) {
      until(end, drift, time -> 0);
    }

    private Instant time() {
      return start.plus(between.multipliedBy(published));
    }

    private static double cycle(Instant local) {
      Duration since = Duration.between(MONDAY, local);
      double sine =
          0.1 * Math.sin(2 * Math.PI * since.toSeconds() / Duration.ofDays(1).toSeconds());
      return Math.floorMod(since.toDays(), 7L) >= 5 ? sine / 2 - 0.1 : sine;
    }
  }

  private static Instant day(int number, int hour) {
    return MONDAY.plus(Duration.ofDays(number)).plus(Duration.ofHours(hour));
  }

  private static ToDoubleFunction<Instant> shift(double by, Instant from, Instant to) {
    return time -> time.isBefore(from) || !time.isBefore(to) ? 0 : by;
  }

  /** The first word on an incident, printed for the documentation. */
  private static DriftAlert first(String what, DriftDriver drift) {
    DriftAlert first = drift.turns().get(0);
    System.out.printf(
        "%s: told %s, by %s%n", what, first.getDetectedAt(), first.getReading().getDetector());
    return first;
  }

  /** Two weekends of which nothing is known, and the next. */
  @ParameterizedTest
  @CsvSource({"0, 2000, 0", "2, 2000, -8", "3, 2000, 12", "5, 2000, 0", "2, 300, 0"})
  void weekendsOfAnotherKindAreNoDrift(int begins, int aDay, int zone) {
    try (DriftDriver drift = new DriftDriver(dir, DEFAULTS)) {
      new Stream(begins, aDay, zone).until(day(begins + 19, 8), drift);

      assertThat(drift.alerts()).isEmpty();
      assertThat(drift.triggers()).isEmpty();
    }
  }

  @Test
  void aWeekendOfWhichNothingWasLearntWarns() {
    try (DriftDriver drift = new DriftDriver(dir, DEFAULTS)) {
      stream.until(day(5, 12), drift);
      drift.reports();

      stream.until(WEEKEND_ENDS, drift);
      List<DriftReport> weekend = drift.reports();
      stream.until(day(8, 12), drift);

      assertThat(weekend).extracting(DriftReport::getState).containsOnly(DriftState.WARN);
      assertThat(drift.reports()).extracting(DriftReport::getState).endsWith(DriftState.OK);
    }
  }

  @Test
  void aShiftThatAnUnknownWeekendMayBringIsFoundWhenItIsOver() {
    try (DriftDriver drift = new DriftDriver(dir, DEFAULTS)) {
      stream.until(day(9, 0), drift, shift(0.1, day(5, 15), day(99, 0)));

      DriftAlert first = first("0.1 more from the first Saturday 15:00 on", drift);
      assertThat(first.getEvent()).isEqualTo(AlertEvent.OPENED);
      assertThat(first.getDetectedAt())
          .isBetween(WEEKEND_ENDS, WEEKEND_ENDS.plus(Duration.ofHours(8)));
      assertThat(drift.triggers())
          .allSatisfy(trigger -> assertThat(trigger.getRequestedAt()).isAfter(WEEKEND_ENDS));
    }
  }

  @Test
  void aFailureThatNoWeekendMakesIsFoundAtOnce() {
    try (DriftDriver drift = new DriftDriver(dir, DEFAULTS)) {
      stream.until(day(6, 15), drift, shift(0.3, day(5, 15), day(99, 0)));

      DriftAlert first = first("0.3 more from the first Saturday 15:00 on", drift);
      assertThat(first.getReading().getDetector()).isEqualTo("jump");
      assertThat(first.getReferenceState()).isEqualTo(ReferenceState.PROVISIONAL);
      assertThat(first.getDetectedAt())
          .isBetween(day(5, 15), day(5, 15).plus(Duration.ofHours(10)));
      assertThat(drift.triggers()).hasSize(1);
    }
  }

  @Test
  void anIncidentOfWorkingDaysGoesOnThroughTheWeekend() {
    try (DriftDriver drift = new DriftDriver(dir, DEFAULTS)) {
      stream.until(day(8, 0), drift, shift(0.2, day(3, 15), day(99, 0)));

      List<DriftAlert> alerts = drift.alerts();
      assertThat(alerts)
          .extracting(DriftAlert::getAlertId)
          .containsOnly(alerts.get(0).getAlertId());
      assertThat(alerts.get(0).getDetectedAt()).isBefore(day(4, 0));
      assertThat(alerts)
          .extracting(DriftAlert::getEvent)
          .containsOnly(AlertEvent.OPENED, AlertEvent.UPDATED);
      assertThat(drift.reports().subList(11, 15))
          .extracting(DriftReport::getState)
          .containsOnly(DriftState.DRIFT);
    }
  }

  /** The charts have seen too little of it at ten o'clock, when somewhere Saturday begins. */
  @Test
  void aChangeOnTheLastWorkingHourIsNotHeld() {
    try (DriftDriver drift = new DriftDriver(dir, DEFAULTS)) {
      stream.until(day(4, 20), drift, shift(0.2, day(4, 9), day(99, 0)));

      DriftAlert first = first("0.2 more from the first Friday 09:00 on", drift);
      assertThat(first.getDetectedAt()).isBetween(day(4, 9), day(4, 13));
      assertThat(first.getSince()).isBefore(day(4, 10));
    }
  }

  @Test
  void fromTwoWeeksOnAShiftIsFoundOnAWeekendToo() {
    try (DriftDriver drift = new DriftDriver(dir, DEFAULTS)) {
      stream.until(day(20, 0), drift, shift(0.1, day(19, 3), day(99, 0)));

      DriftAlert first = first("0.1 more from the third Saturday 03:00 on", drift);
      assertThat(first.getDetectedAt()).isBetween(day(19, 3), day(19, 12));
      assertThat(first.getReferenceState()).isEqualTo(ReferenceState.FROZEN);
    }
  }

  /** A reference of two days, frozen, takes the hours of the week when they were seen. */
  @Test
  void aReferenceThatStandsTakesTheHoursOfTheWeek() {
    Map<String, String> settings = new HashMap<>(DEFAULTS);
    settings.put("drift.reference", "4000");
    try (DriftDriver drift = new DriftDriver(dir, settings)) {
      stream.until(day(22, 8), drift);
      assertThat(drift.alerts()).isEmpty();
      List<DriftReport> reports = drift.reports();
      assertThat(reports.get(9).getReferenceState()).isEqualTo(ReferenceState.FROZEN);
      // Hours that were seen fourteen times are wrong by less than those that were seen twice.
      assertThat(threshold(reports.get(40))).isLessThan(0.95 * threshold(reports.get(9)));

      stream.until(day(22, 20), drift, time -> 0.1);

      assertThat(drift.turns()).extracting(DriftAlert::getEvent).containsExactly(AlertEvent.OPENED);
    }
  }

  private static double threshold(DriftReport report) {
    return report.getReadings().stream()
        .filter(reading -> reading.getDetector().equals(Detector.CUSUM_MEAN.word()))
        .mapToDouble(DetectorReading::getThreshold)
        .sum();
  }

  /**
   * While hours are learnt on, in a weekend that warns, while thresholds are drawn anew, and after
   * the hours of the week stand.
   */
  @Test
  void movesLeaveTheOutcomeAsItWas() {
    Map<String, String> settings = new HashMap<>(DEFAULTS);
    settings.put("drift.reference", "2000");
    ToDoubleFunction<Instant> late = shift(0.1, day(16, 3), day(99, 0));
    DriftDriver stays = new DriftDriver(dir.resolve("stays"), settings);
    new Stream(0, A_DAY / 2, 0).until(day(17, 0), stays, late);
    List<DriftReport> reports = stays.reports();
    List<DriftAlert> alerts = stays.alerts();
    stays.close();

    Stream again = new Stream(0, A_DAY / 2, 0);
    DriftDriver moves = new DriftDriver(dir.resolve("moves"), settings);
    List<DriftReport> movedReports = new ArrayList<>();
    List<DriftAlert> movedAlerts = new ArrayList<>();
    for (Instant at : List.of(day(3, 5), day(5, 17), day(14, 14), day(15, 2), day(17, 0))) {
      again.until(at, moves, late);
      movedReports.addAll(moves.reports());
      movedAlerts.addAll(moves.alerts());
      moves = moves.moved(dir.resolve("at-" + at.getEpochSecond()), settings);
    }
    moves.close();

    assertThat(alerts).isNotEmpty();
    assertThat(movedAlerts).isEqualTo(alerts);
    assertThat(movedReports).isEqualTo(reports);
  }
}
