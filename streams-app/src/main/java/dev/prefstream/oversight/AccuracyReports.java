package dev.prefstream.oversight;

import dev.prefstream.oversight.statistics.Comparison;
import dev.prefstream.oversight.statistics.Estimate;
import dev.prefstream.oversight.statistics.Interval;
import dev.prefstream.oversight.statistics.Proportion;
import dev.prefstream.schemas.avro.AccuracyChange;
import dev.prefstream.schemas.avro.AccuracyReport;
import dev.prefstream.schemas.avro.LabelBasis;
import dev.prefstream.schemas.avro.Share;
import dev.prefstream.schemas.avro.Tally;
import dev.prefstream.schemas.avro.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes accuracy reports of counts. */
final class AccuracyReports {

  private final OversightOptions options;

  AccuracyReports(OversightOptions options) {
    this.options = options;
  }

  /** One report for each stratum of the window, and one for all domains of each model. */
  List<AccuracyReport> of(String scope, Window window, History history) {
    Counted inWindow = new Counted(history.within(window), history.asked(window));
    Counted ever = new Counted(history.all(), history.askedEver());
    return inWindow.strata().keySet().stream()
        .map(stratum -> report(scope, window, stratum, inWindow, ever))
        .toList();
  }

  /**
   * Counts of some days.
   *
   * @param strata by stratum, all domains together among them
   * @param asked by stratum as experts are asked about it, each ticket once
   */
  private record Counted(Map<Stratum, Tally> strata, Map<Stratum, Tally> asked) {

    Tally of(Stratum stratum) {
      return strata.getOrDefault(stratum, Tallies.none());
    }

    /** Domains are asked about at rates of their own, so that all together go by their sizes. */
    Estimate sampleAccuracy(Stratum stratum) {
      return isOfAllDomains(stratum)
          ? Estimate.of(
              asked.entrySet().stream()
                  .filter(part -> part.getKey().model().equals(stratum.model()))
                  .map(
                      part ->
                          new Estimate.Part(
                              part.getValue().getDecisions(),
                              Tallies.sampleAccuracy(part.getValue())))
                  .toList())
          : Tallies.sampleAccuracy(of(stratum)).estimate();
    }
  }

  private static boolean isOfAllDomains(Stratum stratum) {
    return stratum.domain().equals(Keys.ALL);
  }

  private AccuracyReport report(
      String scope, Window window, Stratum stratum, Counted inWindow, Counted ever) {
    Tally tally = inWindow.of(stratum);
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
        .setSampleAccuracy(
            Tallies.share(Tallies.sampleAccuracy(tally), inWindow.sampleAccuracy(stratum)))
        .setUrgentPrecision(
            share(tally.getTrueUrgent(), tally.getTrueUrgent() + tally.getFalseUrgent()))
        .setUrgentRecall(
            share(tally.getTrueUrgent(), tally.getTrueUrgent() + tally.getFalseStandard()))
        .setDisputed(tally.getDisputed())
        .setWishedHalfWidth(
            isOfAllDomains(stratum) ? null : options.review().target(stratum.domain()).halfWidth())
        .setChange(change(stratum, inWindow, ever))
        .build();
  }

  private static Share share(long successes, long trials) {
    return Tallies.share(new Proportion(successes, trials));
  }

  private static @Nullable AccuracyChange change(Stratum stratum, Counted inWindow, Counted ever) {
    Tally tally = inWindow.of(stratum);
    Stratum previous = History.previous(ever.strata(), stratum, tally.getFirstAt()).orElse(null);
    if (previous == null) {
      return null;
    }
    Tally earlier = ever.of(previous);
    LabelBasis basis = basis(tally, earlier);
    Estimate now = accuracy(inWindow, stratum, basis);
    Estimate before = accuracy(ever, previous, basis);
    if (now.trials() == 0 || before.trials() == 0) {
      return null;
    }
    Interval interval = Comparison.difference(now, before, Proportion.Z95);
    return AccuracyChange.newBuilder()
        .setPrevious(previous.model())
        .setPreviousAccuracy(Tallies.share(counted(earlier, basis), before))
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

  private static Estimate accuracy(Counted counted, Stratum stratum, LabelBasis basis) {
    return switch (basis) {
      case SAMPLE -> counted.sampleAccuracy(stratum);
      case ALL_LABELS -> Tallies.accuracy(counted.of(stratum)).estimate();
    };
  }

  private static Proportion counted(Tally tally, LabelBasis basis) {
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
