package dev.prefstream.benchmarks.report;

import static dev.prefstream.benchmarks.report.Target.Bound.AT_LEAST;
import static dev.prefstream.benchmarks.report.Target.Bound.AT_MOST;
import static dev.prefstream.benchmarks.report.Target.Bound.MORE_THAN;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TargetTest {

  private static final Figure OURS = Figure.of("ours.rate", "rows/s");
  private static final Figure THEIRS = Figure.of("theirs.rate", "rows/s");
  private static final Target SHARE =
      Target.ratio("ours / theirs", AT_LEAST, 0.9, "ours.rate", "theirs.rate");

  private final Results results = new Results();

  @Test
  void takesRatiosWithinEachRound() {
    results.record(OURS, 1, 75);
    results.record(THEIRS, 1, 100);
    results.record(OURS, 2, 25);
    results.record(THEIRS, 2, 20);
    results.record(OURS, 3, 70);

    Verdict verdict = SHARE.verdict(results);

    assertThat(verdict.state()).isEqualTo(Verdict.State.MET);
    assertThat(verdict.found()).isEqualTo(new Summary(1, 0.75, 1.25, 2));
  }

  @Test
  void saysByHowMuchATargetIsMissed() {
    results.record(OURS, 1, 45);
    results.record(THEIRS, 1, 100);

    Verdict verdict = SHARE.verdict(results);

    assertThat(verdict.state()).isEqualTo(Verdict.State.MISSED);
    assertThat(verdict.text()).isEqualTo("missed by 0.450 (50 %)");
  }

  @Test
  void saysWhyATargetIsNotMeasured() {
    results.record(OURS, 1, 45);
    assertThat(SHARE.verdict(results).text()).isEqualTo("not measured: the arm theirs did not run");

    results.failed("theirs", "no such class");
    assertThat(SHARE.verdict(results).state()).isEqualTo(Verdict.State.NOT_MEASURED);
    assertThat(SHARE.verdict(results).text())
        .isEqualTo("not measured: theirs failed: no such class");
  }

  @Test
  void doesNotDivideByNothing() {
    results.record(OURS, 1, 45);
    results.record(THEIRS, 1, 0);

    assertThat(SHARE.verdict(results).state()).isEqualTo(Verdict.State.NOT_MEASURED);
  }

  @Test
  void marksWhatASimulatedDeviceGave() {
    results.record(Figure.simulated("ours.rate", "rows/s"), 1, 95);
    results.record(THEIRS, 1, 100);

    Verdict verdict = SHARE.verdict(results);

    assertThat(verdict.simulated()).isTrue();
    assertThat(verdict.text()).isEqualTo("met, simulated");
  }

  @Test
  void holdsEachBoundAtItsEdge() {
    results.record(OURS, 1, 1);

    assertThat(state(AT_LEAST)).isEqualTo(Verdict.State.MET);
    assertThat(state(AT_MOST)).isEqualTo(Verdict.State.MET);
    assertThat(state(MORE_THAN)).isEqualTo(Verdict.State.MISSED);
  }

  private Verdict.State state(Target.Bound bound) {
    return Target.figure("ours", bound, 1, "ours.rate").verdict(results).state();
  }
}
