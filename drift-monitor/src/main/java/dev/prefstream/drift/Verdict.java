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
 * @param from number of the prediction since which the scores differ, by the alarm's estimate; 0
 *     without alarm
 * @param settleAfter predictions without an alarm that end an incident opened by it
 */
record Verdict(
    List<Finding> findings, @Nullable Finding alarm, boolean near, long from, long settleAfter) {

  /** Nothing to say. */
  static final Verdict NONE = new Verdict(List.of(), null, false, 0, 0);

  /** Whether a calibrated detector alarms, not just the compatible rule. */
  boolean calibrated() {
    return alarm != null && !alarm.detector().equals(Detector.FIXED_BAND.word());
  }
}
