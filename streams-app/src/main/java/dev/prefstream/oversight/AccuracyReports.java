package dev.prefstream.oversight;

import dev.prefstream.oversight.statistics.Comparison;
import dev.prefstream.oversight.statistics.Interval;
import dev.prefstream.oversight.statistics.Proportion;
import dev.prefstream.schemas.avro.AccuracyChange;
import dev.prefstream.schemas.avro.AccuracyReport;
import dev.prefstream.schemas.avro.LabelBasis;
import dev.prefstream.schemas.avro.Share;
import dev.prefstream.schemas.avro.Tally;
import dev.prefstream.schemas.avro.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes accuracy reports of counts. */
final class AccuracyReports {

  private final OversightOptions options;

  AccuracyReports(OversightOptions options) {
    this.options = options;
  }

  /** One report for each stratum of the window, and one for all domains of each model. */
  List<AccuracyReport> of(String scope, Window window, History history) {
    Map<Stratum, Tally> all = history.all();
    List<AccuracyReport> reports = new ArrayList<>();
    history
        .within(window)
        .forEach((stratum, tally) -> reports.add(report(scope, window, stratum, tally, all)));
    return reports;
  }

  private AccuracyReport report(
      String scope, Window window, Stratum stratum, Tally tally, Map<Stratum, Tally> all) {
    boolean together = stratum.domain().equals(Keys.ALL);
    return AccuracyReport.newBuilder()
        .setTenantId(scope)
        .setModel(stratum.model())
        .setAccuracy(Tallies.share(Tallies.accuracy(tally)))
        .setTrueUrgent(tally.getTrueUrgent())
        .setFalseUrgent(tally.getFalseUrgent())
        .setTrueStandard(tally.getTrueStandard())
        .setFalseStandard(tally.getFalseStandard())
        .setAsOf(Instant.ofEpochMilli(Math.max(tally.getLastAt(), tally.getLabelledAt())))
        .setDomain(stratum.domain())
        .setWindowStart(window.start())
        .setWindowEnd(window.end())
        .setDecisions(tally.getDecisions())
        .setAsked(tally.getAsked())
        .setSampleAccuracy(Tallies.share(Tallies.sampleAccuracy(tally)))
        .setUrgentPrecision(
            share(tally.getTrueUrgent(), tally.getTrueUrgent() + tally.getFalseUrgent()))
        .setUrgentRecall(
            share(tally.getTrueUrgent(), tally.getTrueUrgent() + tally.getFalseStandard()))
        .setDisputed(tally.getDisputed())
        .setWishedHalfWidth(together ? null : options.review().target(stratum.domain()).halfWidth())
        .setChange(change(stratum, tally, all))
        .build();
  }

  private static Share share(long successes, long trials) {
    return Tallies.share(new Proportion(successes, trials));
  }

  private static @Nullable AccuracyChange change(
      Stratum stratum, Tally tally, Map<Stratum, Tally> all) {
    Optional<Stratum> previous = History.previous(all, stratum, tally.getFirstAt());
    if (previous.isEmpty()) {
      return null;
    }
    Tally earlier = all.getOrDefault(previous.get(), Tallies.none());
    LabelBasis basis = basis(tally, earlier);
    Proportion now = accuracy(tally, basis);
    Proportion before = accuracy(earlier, basis);
    if (now.trials() == 0 || before.trials() == 0) {
      return null;
    }
    Interval interval = Comparison.difference(now, before, Proportion.Z95);
    return AccuracyChange.newBuilder()
        .setPrevious(previous.get().model())
        .setPreviousAccuracy(Tallies.share(before))
        .setDifference(now.value() - before.value())
        .setLow(interval.low())
        .setHigh(interval.high())
        .setVerdict(verdict(interval))
        .setBasis(basis)
        .build();
  }

  /** Whoever labels what they like may do so otherwise under one model than under the other. */
  private static LabelBasis basis(Tally now, Tally before) {
    long fewest = Math.min(now.getAskedLabelled(), before.getAskedLabelled());
    return fewest >= ReviewPlanner.ENOUGH_LABELS ? LabelBasis.SAMPLE : LabelBasis.ALL_LABELS;
  }

  private static Proportion accuracy(Tally tally, LabelBasis basis) {
    return switch (basis) {
      case SAMPLE -> Tallies.sampleAccuracy(tally);
      case ALL_LABELS -> Tallies.accuracy(tally);
    };
  }

  private static Verdict verdict(Interval difference) {
    if (!difference.excludes(0)) {
      return Verdict.UNDECIDED;
    }
    return difference.low() > 0 ? Verdict.BETTER : Verdict.WORSE;
  }
}
