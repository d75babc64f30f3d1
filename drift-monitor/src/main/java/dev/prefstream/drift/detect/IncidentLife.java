package dev.prefstream.drift.detect;

/**
 * The life of a segment's incidents: one opening for each, and one end.
 *
 * <pre>
 *   OK, WARN -- alarm --> DRIFT -- half the settling time quiet --> COOLDOWN -- all of it --> RECOVERED
 *      ^                    ^                                          |                       |  |
 *      |                    +----------------- alarm ------------------+                       |  |
 *      |                    +----------------- alarm: a new incident --------------------------+  |
 *      +--------------------------------- quiet for a window more --------------------------------+
 * </pre>
 *
 * An alarm in COOLDOWN belongs to the incident that is open, so that a stream that comes and goes
 * is one incident.
 */
public final class IncidentLife {

  private IncidentLife() {}

  /** Where a segment stands. */
  public enum Phase {
    /** Nothing to say. */
    OK,
    /** Close to an alarm. */
    WARN,
    /** An incident is open. */
    DRIFT,
    /** An incident is open and has been quiet for half the time that ends it. */
    COOLDOWN,
    /** An incident ended less than a window ago. */
    RECOVERED;

    /** Whether an incident is open. */
    public boolean open() {
      return this == DRIFT || this == COOLDOWN;
    }
  }

  /** What the detectors say after one prediction. */
  public enum Reading {
    /** Nothing. */
    QUIET,
    /** Close to an alarm. */
    NEAR,
    /** Alarm. */
    ALARM
  }

  /** The phase after one more prediction. */
  public record Step(Phase next, boolean opened, boolean recovered) {}

  /**
   * The phase after one more prediction.
   *
   * @param quiet predictions since the last alarm
   * @param settleAfter predictions without an alarm that end the incident that is, or was, open
   * @param window predictions for which an ended incident still shows
   */
  public static Step after(
      Phase phase, Reading reading, long quiet, long settleAfter, long window) {
    if (reading == Reading.ALARM) {
      return new Step(Phase.DRIFT, !phase.open(), false);
    }
    if (phase.open()) {
      return quiet >= settleAfter
          ? new Step(Phase.RECOVERED, false, true)
          : new Step(2 * quiet >= settleAfter ? Phase.COOLDOWN : phase, false, false);
    }
    if (phase == Phase.RECOVERED && quiet < settleAfter + window) {
      return new Step(phase, false, false);
    }
    return new Step(reading == Reading.NEAR ? Phase.WARN : Phase.OK, false, false);
  }
}
