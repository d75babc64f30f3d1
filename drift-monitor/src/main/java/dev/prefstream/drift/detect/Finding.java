package dev.prefstream.drift.detect;

/**
 * What one detector reads.
 *
 * @param detector its name, such as cusum-mean
 * @param statistic what it measured
 * @param threshold what it must exceed for an alarm
 */
public record Finding(String detector, double statistic, double threshold) {

  /** Above 1 is an alarm; 0 where nothing was measured, also of a threshold of 0. */
  public double share() {
    return statistic == 0 ? 0 : statistic / threshold;
  }
}
