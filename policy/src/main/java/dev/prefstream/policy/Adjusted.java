package dev.prefstream.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * A score and what was done to it, step by step. It never leaves [0, 1].
 *
 * @param value the score after every step
 * @param steps corrections, in the order applied
 */
public record Adjusted(double value, List<Step> steps) {

  /**
   * One correction.
   *
   * @param name of the rule
   * @param amount what it added, in score units; negative lowers
   */
  public record Step(String name, double amount) {}

  static Adjusted unadjusted(double score) {
    return new Adjusted(score, List.of());
  }

  /** With the score moved to the target, or as near as [0, 1] allows; no step when that is here. */
  Adjusted to(String rule, double target) {
    double next = Math.min(1, Math.max(0, target));
    if (next == value) {
      return this;
    }
    List<Step> more = new ArrayList<>(steps);
    more.add(new Step(rule, next - value));
    return new Adjusted(next, List.copyOf(more));
  }
}
