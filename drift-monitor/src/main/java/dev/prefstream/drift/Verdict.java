package dev.prefstream.drift;

import dev.prefstream.drift.detect.Finding;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the detectors say after one prediction.
 *
 * @param findings what each reads that had something to read
 * @param alarm the one that alarms, the furthest over its threshold first; null when none does
 * @param near whether a calibrated one is close to an alarm
 * @param held whether one alarms that may be the weekend's, of which nothing is known: it is not
 *     told
 * @param from number of the prediction since which the scores differ, by the alarm's estimate; 0
 *     without alarm
 * @param settleAfter predictions without an alarm that end an incident opened by it
 */
record Verdict(
    List<Finding> findings,
    @Nullable Finding alarm,
    boolean near,
    boolean held,
    long from,
    long settleAfter) {

  /** Nothing to say. */
  static final Verdict NONE = quiet(List.of(), false);

  /** Without an alarm. */
  static Verdict quiet(List<Finding> findings, boolean near) {
    return new Verdict(findings, null, near, false, 0, 0);
  }

  /** With an alarm that is held. */
  static Verdict held(List<Finding> findings) {
    return new Verdict(findings, null, true, true, 0, 0);
  }

  /** Whether a calibrated detector alarms, not just the fixed band. */
  boolean calibrated() {
    return alarm != null && !alarm.detector().equals(Detector.FIXED_BAND.word());
  }
}
