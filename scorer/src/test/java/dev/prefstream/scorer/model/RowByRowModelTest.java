package dev.prefstream.scorer.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowByRowModelTest {

  @Test
  void runsEachRowOnceAlsoWhereTheModelGivesNoEmbeddings() {
    List<Integer> rows = new ArrayList<>();
    FakeModel fake = new FakeModel(Task.TICKET_URGENCY, "1.0.0", batch -> rows.add(batch.size()));
    try (RowByRowModel model = new RowByRowModel(fake);
        ModelSession session = model.openSession()) {
      List<EncodedText> batch =
          List.of(model.encode(ScoringText.of("w1")), model.encode(ScoringText.of("w2 w4")));

      ModelSession.Answer answer = session.answer(batch, 2);

      assertThat(answer.logits()).containsExactly(1, 3);
      assertThat(answer.embeddings()).isNull();
      assertThat(rows).containsExactly(1, 1);
    }
  }
}
