package dev.prefstream.drift.detect;

/**
 * What one detector reads.
 *
 * @param detector its name, such as cusum-mean
 * @param statistic what it measured
 * @param threshold what it must exceed for an alarm
 */
public record Finding(String detector, double statistic, double threshold) {

  /** Above 1 is an alarm. */
  public double share() {
    return statistic / threshold;
  }
}
