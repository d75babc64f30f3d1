package dev.prefstream.drift;

import static java.util.Objects.requireNonNull;

import dev.prefstream.drift.Profile.Incident;
import dev.prefstream.drift.detect.Composition;
import dev.prefstream.drift.detect.Finding;
import dev.prefstream.drift.detect.HourlyVolume;
import dev.prefstream.drift.detect.ScoreGrid;
import dev.prefstream.drift.detect.Summary;
import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DetectorReading;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.DriftKind;
import dev.prefstream.schemas.avro.DriftReport;
import dev.prefstream.schemas.avro.DriftState;
import dev.prefstream.schemas.avro.ReferenceState;
import dev.prefstream.schemas.avro.ScoreSummary;
import dev.prefstream.schemas.avro.SegmentChange;
import dev.prefstream.schemas.avro.SignalReading;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A segment's state put into records: its report, and what there is to say of its incident.
 *
 * @param state the segment
 * @param readings what the detectors read last
 * @param beside what is watched beside scores, the furthest over its threshold first
 */
record Findings(SegmentState state, List<Finding> readings, List<Signals.Reading> beside) {

  /** Part of the change that the named segments must explain. */
  private static final double MOST_OF_IT = 0.8;

  private static final int MOST_SEGMENTS = 10;

  /** Traffic above this multiple of what is expected is a burst. */
  private static final double BURST = 5;

  /**
   * Id of the incident that prediction {@code number} of the segment opened; a version 3 UUID. The
   * time tells it from one of a segment that was forgotten and is counted anew.
   */
  static String alertId(String segment, String modelHash, long number, long since) {
    return UUID.nameUUIDFromBytes(
            String.join("\n", segment, modelHash, Long.toString(number), Long.toString(since))
                .getBytes(StandardCharsets.UTF_8))
        .toString();
  }

  /** Predictions since the change that the current incident is about. */
  static long incidentPredictions(SegmentState state) {
    Incident incident = state.profile.incident();
    return incident == null ? 0 : state.running.observed() - incident.from() + 1;
  }

  DriftReport report(Window window) {
    Profile profile = state.profile;
    ScoreGrid grid = state.grid();
    Incident incident = profile.incident();
    double hourly = window.hourly();
    double expected = expectedHourly(window);
    return DriftReport.newBuilder()
        .setSegment(state.segment)
        .setState(DriftState.valueOf(profile.phase().name()))
        .setModel(profile.model())
        .setPredictions(state.running.total())
        .setWindow(avro(window.summary()))
        .setReference(grid == null ? null : avro(grid.summary()))
        .setReadings(readings.stream().map(Findings::avro).toList())
        .setWindowStart(Instant.ofEpochMilli(window.earliest()))
        .setWindowEnd(Instant.ofEpochMilli(window.latest()))
        .setReferenceState(referenceState())
        .setSignals(signals())
        .setAlertId(incident != null && profile.phase().open() ? incident.alertId() : null)
        .setHourly(Double.isNaN(hourly) ? null : hourly)
        .setExpectedHourly(Double.isNaN(expected) ? null : expected)
        .build();
  }

  DriftAlert alert(AlertEvent event, Window window, long detectedAt, @Nullable String closedBy) {
    Profile profile = state.profile;
    Incident incident = requireNonNull(profile.incident());
    Summary after = window.summary();
    Cause cause = cause(incident, window);
    return DriftAlert.newBuilder()
        .setAlertId(incident.alertId())
        .setEvent(event)
        .setSegment(state.segment)
        .setModel(profile.model())
        .setReading(reading(incident.detector()))
        .setReadings(readings.stream().map(Findings::avro).toList())
        .setPredictions(state.running.total())
        .setBefore(incident.before() == null ? null : avro(incident.before()))
        .setAfter(avro(after))
        .setExamples(window.examples())
        .setSince(Instant.ofEpochMilli(incident.since()))
        .setDetectedAt(Instant.ofEpochMilli(detectedAt))
        .setMessage(message(event, incident, after, cause, closedBy))
        .setKind(cause.kind())
        .setSignals(signals())
        .setReferenceState(referenceState())
        .setIncidentPredictions(incidentPredictions(state))
        .setExplainedBy(explanation(incident))
        .setClosedBy(closedBy)
        .build();
  }

  /** What an incident is about, and in words where it is upstream. */
  private record Cause(DriftKind kind, String words) {}

  private Cause cause(Incident incident, Window window) {
    Window drifted = window.last(incidentPredictions(state));
    double hourly = drifted.hourly();
    double ratio = hourly / expectedHourly(drifted);
    if (incident.detector().equals(Signals.VOLUME) || ratio < HourlyVolume.COLLAPSE) {
      return new Cause(DriftKind.VOLUME, " Traffic collapsed: look upstream.");
    }
    if (state.whole()) {
      String tenant = state.composition().flood(Findings::tenant, isOfTheMean(incident));
      if (!tenant.equals(Composition.OTHERS)) {
        return new Cause(
            DriftKind.FLOOD,
            " Traffic of tenant %s makes the change; the rest is as before.".formatted(tenant));
      }
    }
    // A source that delivers in batches is always fast for a while.
    double pace = window.first(window.size() - drifted.size()).pace();
    return ratio > BURST && !(hourly <= BURST * pace)
        ? new Cause(
            DriftKind.FLOOD,
            " Traffic is %.0f times what these hours bring: look upstream.".formatted(ratio))
        : new Cause(DriftKind.DATA, "");
  }

  private static String tenant(String segment) {
    return segment.equals(Composition.OTHERS) ? segment : Segments.tenant(segment);
  }

  /** NaN where too little is known, or too little is expected to judge by. */
  private double expectedHourly(Window window) {
    double expected = state.volume().expected(window.earliest(), window.latest());
    return expected >= 1 ? expected : Double.NaN;
  }

  /** Whether the change may be one of the mean score, which segments add up to. */
  private static boolean isOfTheMean(Incident incident) {
    return Detector.named(incident.detector()).map(Detector::seesMean).orElse(false);
  }

  /** The segments that explain most of the whole stream's change; they agree in its direction. */
  private List<SegmentChange> explanation(Incident incident) {
    if (!state.whole() || !isOfTheMean(incident)) {
      return List.of();
    }
    List<Composition.Change> changes = state.composition().changes();
    double change = changes.stream().mapToDouble(Composition.Change::contribution).sum();
    List<SegmentChange> most = new ArrayList<>();
    double explained = 0;
    for (Composition.Change part : changes) {
      if (most.size() == MOST_SEGMENTS
          || explained >= MOST_OF_IT * Math.abs(change)
          || part.contribution() * change <= 0) {
        break;
      }
      if (!part.name().equals(Composition.OTHERS)) {
        explained += Math.abs(part.contribution());
        most.add(
            new SegmentChange(
                part.name(),
                part.contribution(),
                part.shareBefore(),
                part.shareAfter(),
                part.meanBefore(),
                part.meanAfter()));
      }
    }
    return most;
  }

  private ReferenceState referenceState() {
    Baseline baseline = state.profile.baseline();
    return baseline == null
        ? ReferenceState.NONE
        : baseline.provisional() ? ReferenceState.PROVISIONAL : ReferenceState.FROZEN;
  }

  private List<SignalReading> signals() {
    return beside.stream()
        .map(
            r -> new SignalReading(r.signal(), r.before(), r.after(), r.statistic(), r.threshold()))
        .toList();
  }

  private String message(
      AlertEvent event, Incident incident, Summary after, Cause cause, @Nullable String closedBy) {
    if (closedBy != null) {
      return "Drift of %s ended with %s.".formatted(where(), closedBy);
    }
    String before =
        incident.before() == null ? "" : ", before it was %.3f".formatted(incident.before().mean());
    DetectorReading reading = reading(incident.detector());
    String reads =
        Double.isNaN(reading.getStatistic())
            ? ""
            : "; %s reads %.4g, its threshold is %.4g"
                .formatted(reading.getDetector(), reading.getStatistic(), reading.getThreshold());
    String scores =
        "the mean score of the last %d predictions is %.3f%s%s"
            .formatted(after.count(), after.mean(), before, reads);
    if (event == AlertEvent.RECOVERED) {
      return "Drift of %s is over: %s.".formatted(where(), scores);
    }
    String what =
        Detector.named(incident.detector())
            .map(by -> (by == Detector.MMD ? "Embeddings of " : "Scores of ") + where())
            .map(drifted -> drifted + " have drifted")
            .orElse("Predictions of %s have drifted in %s".formatted(where(), incident.detector()));
    String provisional =
        referenceState() == ReferenceState.PROVISIONAL
            ? " The reference is provisional: %d predictions."
                .formatted(requireNonNull(state.profile.baseline()).reference().count())
            : "";
    return what + ": " + scores + "." + cause.words() + provisional;
  }

  private String where() {
    return Segments.inWords(state.segment);
  }

  /** What the detector reads now; not a number when it has nothing to read. */
  private DetectorReading reading(String detector) {
    return readings.stream()
        .filter(finding -> finding.detector().equals(detector))
        .findFirst()
        .map(Findings::avro)
        .orElseGet(() -> new DetectorReading(detector, Double.NaN, Double.NaN));
  }

  private static DetectorReading avro(Finding finding) {
    return new DetectorReading(finding.detector(), finding.statistic(), finding.threshold());
  }

  private static ScoreSummary avro(Summary summary) {
    return new ScoreSummary(summary.count(), summary.mean(), summary.sd(), summary.quantiles());
  }
}
