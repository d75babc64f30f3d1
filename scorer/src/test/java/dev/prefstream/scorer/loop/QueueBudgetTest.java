package dev.prefstream.scorer.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QueueBudgetTest {

  private static final long MILLI = 1_000_000;

  private final QueueBudget budget = new QueueBudget(16_384);

  @Test
  void beginsWithTheLeast() {
    assertThat(budget.tokens()).isEqualTo(16_384);
  }

  @Test
  void holdsWhatTheDevicesFinishDuringACommit() {
    budget.committed(1_000_000, 100 * MILLI, 20 * MILLI);

    assertThat(budget.tokens()).isEqualTo(200_000);
  }

  @Test
  void goesBackToTheLeastWhenTheModelIsSlow() {
    budget.committed(1_000_000, 100 * MILLI, 20 * MILLI);
    budget.committed(1_000, 100 * MILLI, 20 * MILLI);

    assertThat(budget.tokens()).isEqualTo(16_384);
  }

  @Test
  void isBoundedAfterACommitThatTookLong() {
    budget.committed(1_000_000, 100 * MILLI, 30_000 * MILLI);

    assertThat(budget.tokens()).isEqualTo(1 << 20);
  }
}
