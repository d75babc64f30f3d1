package dev.prefstream.scorer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every model must keep. The texts are words {@code w0} to {@code w9}. */
public abstract class ScoringModelContract {

  @SuppressWarnings("NullAway.Init") // set before each test
  private ScoringModel model;

  /** A new model; the contract closes it. */
  protected abstract ScoringModel open() throws Exception;

  /** The words as the model wants them: a text alone, or a pair. */
  protected ScoringText text(String words) {
    return ScoringText.of(words);
  }

  @BeforeEach
  void openModel() throws Exception {
    model = open();
  }

  @AfterEach
  void closeModel() {
    model.close();
  }

  @Test
  void equalTextsGiveEqualIds() {
    ScoringText text = text("w1 w2 w3");

    assertThat(model.encode(text).ids()).isEqualTo(model.encode(text).ids());
  }

  @Test
  void aRowCostsAtLeastOneTokenAndNoMoreThanTheModelSays() {
    for (EncodedText text : encoded(texts(50))) {
      assertThat(text.cost()).isBetween(1, model.maxCost());
      assertThat(model.paddedLength(text.cost())).isGreaterThanOrEqualTo(text.cost());
    }
  }

  @Test
  void aBatchDoesNotChangeAScore() {
    List<EncodedText> texts = encoded(texts(40));
    try (ModelSession session = model.openSession()) {
      List<Double> alone = texts.stream().map(text -> logits(session, List.of(text))[0]).toList();
      Random random = new Random(3);
      for (int size : new int[] {1, 2, 7, 40}) {
        List<Integer> rows = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
          rows.add(i);
        }
        Collections.shuffle(rows, random);
        rows = rows.subList(0, size);
        double[] together = logits(session, rows.stream().map(texts::get).toList());
        assertThat(together).hasSize(size);
        assertThat(together).doesNotContain(Double.NaN);
        for (int i = 0; i < size; i++) {
          double score = model.calibration().score(together[i]);
          double scoreAlone = model.calibration().score(alone.get(rows.get(i)));
          assertThat(score).isCloseTo(scoreAlone, within(1e-3));
        }
      }
    }
  }

  @Test
  void manyThreadsGetTheSameAnswers() throws Exception {
    List<ScoringText> texts = texts(60);
    List<Double> expected = judge(texts);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<List<Double>>> answers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        answers.add(threads.submit(() -> judge(texts)));
      }
      for (Future<List<Double>> answer : answers) {
        assertThat(answer.get()).isEqualTo(expected);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private List<Double> judge(List<ScoringText> texts) {
    try (DirectScorer scorer = new DirectScorer(model, 256)) {
      return scorer.judge(texts).stream().map(Judgement::logit).toList();
    }
  }

  private double[] logits(ModelSession session, List<EncodedText> batch) {
    int longest = batch.stream().mapToInt(EncodedText::cost).max().orElseThrow();
    return session.logits(batch, model.paddedLength(longest));
  }

  private List<EncodedText> encoded(List<ScoringText> texts) {
    return texts.stream().map(model::encode).toList();
  }

  private List<ScoringText> texts(int count) {
    Random random = new Random(11);
    List<ScoringText> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder text = new StringBuilder();
      int words = 1 + random.nextInt(40);
      for (int word = 0; word < words; word++) {
        text.append('w').append(random.nextInt(10)).append(' ');
      }
      texts.add(text(text.toString()));
    }
    return texts;
  }
}
