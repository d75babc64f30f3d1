package dev.prefstream.scorer.loop;

/** Whether the stage's loop would take more input, for a packer that is measured without a loop. */
public final class StageIntake {

  private final Backpressure backpressure = new Backpressure();
  private final long budget;

  /**
   * @param budget tokens that keep all devices busy for the time of a commit
   */
  public StageIntake(long budget) {
    this.budget = budget;
  }

  /** Whether a poll would bring more while so many tokens wait. */
  public boolean accepts(long queuedTokens) {
    return backpressure.accepts(queuedTokens, budget);
  }
}
