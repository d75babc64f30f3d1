package dev.prefstream.drift;

import static java.util.Objects.requireNonNull;

import dev.prefstream.drift.detect.Adwin;
import dev.prefstream.drift.detect.Finding;
import dev.prefstream.drift.detect.FixedBand;
import dev.prefstream.drift.detect.Onset;
import dev.prefstream.drift.detect.Reference;
import dev.prefstream.drift.detect.ScoreGrid;
import dev.prefstream.drift.detect.ScoreUnits;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the chosen detectors over one segment's state. The compatible rule and the cumulative sums
 * see every prediction; ADWIN and the comparison of shapes see every full chunk.
 */
final class Detectors {

  /** Part of a threshold from which on a segment is in WARN. */
  private static final double NEAR = 0.7;

  private static final Logger log = LoggerFactory.getLogger(Detectors.class);

  private final DriftOptions options;
  private final Adwin.Params adwin;

  Detectors(DriftOptions options) {
    this.options = options;
    // One check cuts without cause with a chance of at most delta.
    this.adwin =
        new Adwin.Params(
            Math.min(0.5, Chunk.SIZE / options.ownRunLength()), Chunk.SIZE, 5, 5, Chunk.SIZE);
  }

  /** The charts moved on by the newest score; unchanged while there is no reference. */
  Running charted(Profile profile, Running running, long score) {
    Reference reference = profile.reference();
    return reference == null
        ? running
        : running.with(reference.plus(running.charts(), ScoreUnits.score(score)));
  }

  /** What the detectors say of the state after its newest prediction. */
  Verdict judge(SegmentStore store, String segment, Profile profile, Running running) {
    List<Finding> findings = new ArrayList<>();
    Finding alarm = null;
    if (options.uses(Detector.FIXED_BAND) && running.observed() >= options.window()) {
      Finding band =
          new Finding(
              Detector.FIXED_BAND.word(),
              FixedBand.statistic(options.band(), running.sum()),
              options.band().band());
      findings.add(band);
      if (FixedBand.outside(options.band(), running.sum())) {
        alarm = band;
      }
    }
    List<Finding> calibrated = new ArrayList<>();
    Adwin window = null;
    Reference reference = profile.reference();
    if (reference != null) {
      reference.read(running.charts()).stream()
          .filter(finding -> options.uses(Detector.of(finding.detector())))
          .forEach(calibrated::add);
      if (options.uses(Detector.KS) && shapeIsDue(profile, running)) {
        ScoreGrid grid = requireNonNull(store.grid(segment));
        calibrated.add(
            reference.read(
                grid, store.window(segment, running, options.window(), profile.ring()).scores()));
      }
    } else if (options.uses(Detector.ADWIN) && chunkIsFull(running)) {
      window = store.adwin(segment, adwin);
      boolean cut = false;
      for (double score : store.window(segment, running, Chunk.SIZE, profile.ring()).scores()) {
        cut |= window.add(score);
      }
      store.put(segment, window);
      if (cut) {
        calibrated.add(
            new Finding(Detector.ADWIN.word(), window.lastDifference(), window.lastBound()));
      }
    }
    findings.addAll(calibrated);
    Finding worst =
        calibrated.stream().max(Comparator.comparingDouble(Finding::share)).orElse(null);
    if (worst != null && worst.share() > 1) {
      alarm = worst;
    }
    boolean near = worst != null && worst.share() > NEAR;
    if (alarm == null) {
      return new Verdict(findings, null, near, 0, 0);
    }
    long from = from(store, segment, profile, running, alarm, window);
    long settleAfter =
        alarm.detector().equals(Detector.FIXED_BAND.word())
            ? options.window()
            : Math.max(options.window(), 3 * (running.observed() - from));
    return new Verdict(findings, alarm, near, from, settleAfter);
  }

  /**
   * Freezes the reference once enough predictions without an alarm of ADWIN are there. Takes about
   * half a second when it does.
   */
  Profile learnt(SegmentStore store, String segment, Profile profile, Running running) {
    if (!options.needsReference()
        || profile.reference() != null
        || running.observed() - profile.learntFrom() + 1 < options.reference()) {
      return profile;
    }
    double[] scores = store.window(segment, running, options.reference(), profile.ring()).scores();
    Reference reference = Reference.learn(scores, options.window(), options.ownRunLength());
    ScoreGrid grid = new ScoreGrid();
    for (double score : scores) {
      grid.add(score);
    }
    store.forgetStatistics(segment);
    store.put(segment, grid);
    log.atInfo()
        .addKeyValue("segment", segment)
        .addKeyValue("predictions", reference.count())
        .addKeyValue("mean", reference.mean())
        .addKeyValue("sd", reference.sd())
        .log("reference frozen");
    return profile.with(reference);
  }

  private boolean shapeIsDue(Profile profile, Running running) {
    long learntUntil = profile.learntFrom() + options.reference() - 1;
    return chunkIsFull(running)
        && running.observed() - Math.max(learntUntil, running.lastAlarm()) >= options.window();
  }

  private static boolean chunkIsFull(Running running) {
    return running.observed() % Chunk.SIZE == 0;
  }

  private long from(
      SegmentStore store,
      String segment,
      Profile profile,
      Running running,
      Finding alarm,
      @Nullable Adwin window) {
    long ago =
        switch (Detector.of(alarm.detector())) {
          case FIXED_BAND -> bandBrokenAgo(store, segment, profile, running);
          case CUSUM_MEAN, CUSUM_DISPERSION, CUSUM_SHAPE, KS ->
              requireNonNull(profile.reference()).since(alarm.detector(), running.charts());
          case ADWIN -> requireNonNull(window).count();
        };
    return Math.max(1, running.observed() - ago + 1);
  }

  private long bandBrokenAgo(SegmentStore store, String segment, Profile profile, Running running) {
    double[] scores = store.window(segment, running, options.window(), profile.ring()).scores();
    boolean up = ScoreUnits.score(running.sum()) / options.window() > FixedBand.CENTRE;
    double boundary = FixedBand.CENTRE + (up ? 1 : -1) * options.band().band() / 2;
    return scores.length - Onset.estimate(scores, boundary, up);
  }
}
