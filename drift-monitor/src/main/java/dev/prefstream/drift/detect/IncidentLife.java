package dev.prefstream.drift.detect;

import java.time.Duration;

/**
 * The life of a segment's incidents: one opening for each, one end, at most one request for
 * retraining, and that not before the cool-down since the last request is over.
 *
 * <pre>
 *   OK -- alarm --> DRIFT -- quiet for a window --> COOLDOWN -- cool-down over --> OK
 *                     ^                                 |
 *                     +------------- alarm -------------+
 * </pre>
 *
 * COOLDOWN is left out when no request for retraining is younger than the cool-down. An incident
 * that opens meanwhile is alerted at once and asks for retraining as soon as the cool-down is over,
 * if it is still open then.
 *
 * @param phase where the segment stands
 * @param openedAt number of the prediction that opened the current or last incident; 0 before any
 * @param askedAt event time, in milliseconds, of the last request for retraining; {@link #NEVER}
 *     before any
 * @param asked whether the current incident has asked for retraining
 */
public record IncidentLife(Phase phase, long openedAt, long askedAt, boolean asked) {

  /** Stands for no time. */
  public static final long NEVER = Long.MIN_VALUE;

  /** A segment of which nothing is known yet. */
  public static final IncidentLife NEW = new IncidentLife(Phase.OK, 0, NEVER, false);

  /** Where a segment stands. */
  public enum Phase {
    /** Nothing to say. */
    OK,
    /** More than half way to an alarm. */
    WARN,
    /** An incident is open. */
    DRIFT,
    /** No incident is open, and retraining was asked for lately. */
    COOLDOWN
  }

  /** What one prediction did to the life. */
  public record Step(IncidentLife next, boolean opened, boolean closed, boolean asks) {}

  /** What a detector says after one prediction. */
  public enum Reading {
    /** Nothing. */
    QUIET,
    /** More than half way to an alarm. */
    NEAR,
    /** Alarm. */
    ALARM,
    /** No alarm for as many predictions as close an incident. */
    SETTLED
  }

  /**
   * The life after one more prediction.
   *
   * @param reading what the detectors say after it
   * @param prediction its number in the segment, from 1
   * @param now highest event time seen in the segment, in milliseconds
   * @param coolDown least event time between two requests for retraining
   */
  public Step after(Reading reading, long prediction, long now, Duration coolDown) {
    boolean cool = askedAt != NEVER && now - askedAt < coolDown.toMillis();
    if (phase == Phase.DRIFT) {
      if (reading == Reading.SETTLED) {
        return new Step(
            new IncidentLife(cool ? Phase.COOLDOWN : Phase.OK, openedAt, askedAt, asked),
            false,
            true,
            false);
      }
      return asked || cool
          ? unchanged()
          : new Step(new IncidentLife(phase, openedAt, now, true), false, false, true);
    }
    if (reading == Reading.ALARM) {
      return cool
          ? new Step(new IncidentLife(Phase.DRIFT, prediction, askedAt, false), true, false, false)
          : new Step(new IncidentLife(Phase.DRIFT, prediction, now, true), true, false, true);
    }
    Phase calm = cool ? Phase.COOLDOWN : reading == Reading.NEAR ? Phase.WARN : Phase.OK;
    return calm == phase
        ? unchanged()
        : new Step(new IncidentLife(calm, openedAt, askedAt, asked), false, false, false);
  }

  /** The life after an open incident was ended from outside, as by a new model. */
  public IncidentLife calmed(long now, Duration coolDown) {
    boolean cool = askedAt != NEVER && now - askedAt < coolDown.toMillis();
    return new IncidentLife(cool ? Phase.COOLDOWN : Phase.OK, openedAt, askedAt, asked);
  }

  private Step unchanged() {
    return new Step(this, false, false, false);
  }
}
