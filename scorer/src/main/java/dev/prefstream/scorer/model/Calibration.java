package dev.prefstream.scorer.model;

/**
 * Turns a logit into a probability: {@code 1 / (1 + exp(-(logit / temperature + bias)))} (Platt
 * scaling with the slope written as a temperature; Guo et al. 2017).
 *
 * @param temperature finite, above 0
 * @param bias finite
 */
public record Calibration(double temperature, double bias) {

  /** Leaves the logit as it is. */
  public static final Calibration NONE = new Calibration(1, 0);

  public Calibration {
    if (!(temperature > 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException(
          "temperature = " + temperature + ": must be finite and above 0");
    }
    if (!Double.isFinite(bias)) {
      throw new IllegalArgumentException("bias = " + bias + ": must be finite");
    }
  }

  /** Calibrated score in [0, 1]. */
  public double score(double logit) {
    return 1 / (1 + Math.exp(-(logit / temperature + bias)));
  }
}
