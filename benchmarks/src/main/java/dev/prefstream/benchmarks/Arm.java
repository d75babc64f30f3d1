package dev.prefstream.benchmarks;

/** One side of a comparison. Each turn of it runs in a process of its own. */
interface Arm {

  /** When an arm takes its turn. */
  enum Turn {
    EVERY_ROUND,
    /** In the first round only: what spread it has, it tells itself. */
    FIRST_ROUND,
    /** Only when {@code --only} names it. */
    ON_REQUEST
  }

  /** Name in {@code --only} and before the dot of its figures. */
  String name();

  default Turn turn() {
    return Turn.EVERY_ROUND;
  }

  /** Whether its process runs with the options for Java that the quickstart's has. */
  default boolean asQuickstart() {
    return false;
  }

  /**
   * Measures once and records figures. Leaves nothing running.
   *
   * @throws Exception when it cannot be measured; the run goes on without it
   */
  void run(Round round) throws Exception;
}
