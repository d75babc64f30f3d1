package dev.prefstream.benchmarks.report;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a run stands to a target.
 *
 * @param found null when not measured
 * @param text met, missed by how much, or not measured and why
 */
public record Verdict(
    Target target, State state, @Nullable Summary found, boolean simulated, String text) {

  /** Whether the median is on the good side. */
  public enum State {
    MET,
    MISSED,
    NOT_MEASURED
  }

  static Verdict measured(Target target, Summary found, boolean simulated) {
    boolean met = target.bound().holds(found.median(), target.value());
    String text =
        met
            ? "met"
            : "missed by "
                + Numbers.shown(Math.abs(found.median() - target.value()))
                + (target.value() == 0
                    ? ""
                    : String.format(
                        Locale.ROOT,
                        " (%.0f %%)",
                        Math.abs(found.median() / target.value() - 1) * 100));
    return new Verdict(
        target,
        met ? State.MET : State.MISSED,
        found,
        simulated,
        simulated ? text + ", simulated" : text);
  }

  static Verdict notMeasured(Target target, String why) {
    return new Verdict(target, State.NOT_MEASURED, null, false, "not measured: " + why);
  }

  /** The bound, such as {@code ≥ 0.90}. */
  public String wanted() {
    return target.bound().sign() + " " + Numbers.shown(target.value());
  }

  /** Median with spread; a dash when not measured. */
  public String shown() {
    return found == null ? "-" : Numbers.shown(found);
  }
}
