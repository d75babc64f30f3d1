package dev.prefstream.drift.detect;

/**
 * A long bootstrapped series of which a threshold is read, drawn a part at a time. What comes of it
 * depends on its parameters alone, not on how it is cut into parts. Mutable; one thread.
 */
abstract class Simulation {

  private final int steps;
  private int done;

  /**
   * @param steps values to draw
   */
  Simulation(int steps) {
    this.steps = steps;
  }

  final int steps() {
    return steps;
  }

  final int left() {
    return steps - done;
  }

  /** Draws so many values more, or as many as are left; none where that is negative. */
  final void run(int values) {
    int until = done + Math.min(values, left());
    for (; done < until; done++) {
      step(done);
    }
  }

  /** Draws one value; they are numbered from 0. */
  abstract void step(int number);
}
