package dev.prefstream.scorer.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.scorer.model.ModelSession;
import dev.prefstream.scorer.model.ScoringModel;
import dev.prefstream.scorer.model.ScoringModelContract;
import dev.prefstream.scorer.model.ScoringText;
import dev.prefstream.scorer.model.Task;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class SimulatedModelTest extends ScoringModelContract {

  @Override
  protected ScoringModel open() {
    return new SimulatedModel(Task.TICKET_URGENCY, Duration.ZERO, Duration.ofNanos(1_000), 256);
  }

  @Test
  void takesLaunchAndTokenTime() {
    SimulatedModel model =
        new SimulatedModel(Task.TICKET_URGENCY, Duration.ofMillis(5), Duration.ofMillis(10), 256);
    try (ModelSession session = model.openSession()) {
      long begun = System.nanoTime();
      session.logits(Collections.nCopies(10, model.encode(ScoringText.of("w1"))), 100);

      assertThat(Duration.ofNanos(System.nanoTime() - begun))
          .isGreaterThanOrEqualTo(Duration.ofMillis(15));
    }
  }
}
