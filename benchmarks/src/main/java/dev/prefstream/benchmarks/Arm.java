package dev.prefstream.benchmarks;

/** One side of a comparison. Run once in every round. */
interface Arm {

  /** Name in {@code --only} and before the dot of its figures. */
  String name();

  /**
   * Measures once and records figures. Leaves nothing running.
   *
   * @throws Exception when it cannot be measured; the run goes on without it
   */
  void run(Round round) throws Exception;
}
