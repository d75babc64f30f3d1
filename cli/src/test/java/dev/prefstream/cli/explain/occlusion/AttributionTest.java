package dev.prefstream.cli.explain.occlusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.prefstream.cli.explain.occlusion.Attribution.Limits;
import dev.prefstream.cli.explain.occlusion.Attribution.Removal;
import dev.prefstream.cli.explain.occlusion.Attribution.Result;
import dev.prefstream.cli.explain.occlusion.Attribution.Weight;
import dev.prefstream.cli.explain.occlusion.Passage.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class AttributionTest {

  private static final Limits WIDE = new Limits(5_000, Long.MAX_VALUE / 4);

  /** A model that adds up the numbers in a text: each word is worth what it says. */
  private static final class Adder implements Scoring {
    private final double threshold;
    private int scored;

    Adder(double threshold) {
      this.threshold = threshold;
    }

    @Override
    public List<Outcome> score(List<Map<String, String>> texts) {
      scored += texts.size();
      return texts.stream().map(this::outcome).toList();
    }

    private Outcome outcome(Map<String, String> text) {
      assertThat(text.values()).as("never asks for nothing").anyMatch(each -> !each.isBlank());
      double sum = 0;
      for (String field : text.values()) {
        for (String word : field.split("[^a-z]+")) {
          sum += worth(word);
        }
      }
      double score = 1 / (1 + Math.exp(-sum));
      return new Outcome(sum, score, score - threshold, score > threshold);
    }
  }

  private static double worth(String word) {
    return word.isEmpty() ? 0 : (word.charAt(0) - 'm') / 12.0;
  }

  @Property(tries = 200)
  void aPassageIsWorthWhatItsWordsAddAndAChangeIsMinimal(@ForAll Random random) {
    Map<String, String> fields = fields(random);
    Adder model = new Adder(0.2 + 0.6 * random.nextDouble());

    Result result = Attribution.of(fields, model, WIDE, System::nanoTime);

    Passages passages = new Passages(fields, 48);
    assertThat(model.scored).isEqualTo(result.occlusions() + 1);
    assertThat(result.complete()).isTrue();
    for (Weight weight : result.weights()) {
      double sum = 0;
      for (String word : passages.read(weight.passage()).split("[^a-z]+")) {
        sum += worth(word);
      }
      assertThat(weight.logit()).isCloseTo(sum, within(1e-9));
    }
    result.sentences().ifPresent(removal -> assertMinimal(removal, Level.SENTENCE, fields, model));
    result.words().ifPresent(removal -> assertMinimal(removal, Level.WORD, fields, model));
  }

  private static void assertMinimal(
      Removal removal, Level level, Map<String, String> fields, Adder model) {
    Passages passages = new Passages(fields, 48);
    boolean before = model.score(List.of(fields)).get(0).above();
    assertThat(removal.passages()).isNotEmpty().allMatch(each -> each.level() == level);
    assertThat(model.score(List.of(passages.without(removal.passages()))).get(0).above())
        .isEqualTo(removal.after().above())
        .isNotEqualTo(before);
    if (removal.passages().size() > 1) {
      for (Passage back : removal.passages()) {
        List<Passage> others = new ArrayList<>(removal.passages());
        others.remove(back);
        assertThat(model.score(List.of(passages.without(others))).get(0).above())
            .as("with %s back", back)
            .isEqualTo(before);
      }
    }
  }

  @Property(tries = 100)
  void neverCostsMoreThanItMay(@ForAll Random random) {
    int most = 8 + random.nextInt(60);
    Adder model = new Adder(0.5);

    Result result =
        Attribution.of(
            fields(random), model, new Limits(most, Long.MAX_VALUE / 4), System::nanoTime);

    assertThat(result.occlusions()).isLessThanOrEqualTo(most);
    assertThat(model.scored).isLessThanOrEqualTo(most + 1);
  }

  @Test
  void beginsNoBatchOnceTheTimeIsUp() {
    AtomicLong clock = new AtomicLong();
    Adder model = new Adder(0.5);
    String body = "zeal alarm. ".repeat(200);

    Result result =
        Attribution.of(Map.of("body", body), model, new Limits(5_000, 3), clock::getAndIncrement);

    assertThat(result.complete()).isFalse();
    assertThat(result.occlusions()).isPositive().isLessThan(200);
  }

  @Test
  void findsTheOneWordThatTurnsADecisionOver() {
    Result result =
        Attribution.of(
            Map.of("body", "Mild morning. Mild zest zest mail. Mild."),
            new Adder(0.7),
            WIDE,
            System::nanoTime);

    assertThat(result.whole().above()).isTrue();
    assertThat(result.sentences().orElseThrow().passages()).hasSize(1);
    assertThat(result.words().orElseThrow().passages()).hasSizeBetween(1, 2);
  }

  @Test
  void explainsATextOfOneWordByNothing() {
    Result result = Attribution.of(Map.of("body", "zest"), new Adder(0.5), WIDE, System::nanoTime);

    assertThat(result.weights()).isEmpty();
    assertThat(result.sentences()).isEmpty();
    assertThat(result.occlusions()).isZero();
  }

  @Property(tries = 200)
  void passagesLieInOrderInTheirTextAndCoverEveryWord(@ForAll Random random) {
    Map<String, String> fields = fields(random);
    Passages passages = new Passages(fields, 2 + random.nextInt(20));

    List<Passage> words = new ArrayList<>();
    descend(passages, passages.top(), words);

    assertThat(passages.inOrder(words)).isEqualTo(words);
    Map<String, String> left = passages.without(words);
    assertThat(left.values()).noneMatch(text -> text.chars().anyMatch(Character::isLetterOrDigit));
    assertThat(passages.without(List.of())).isEqualTo(fields);
  }

  private static void descend(Passages passages, List<Passage> parts, List<Passage> words) {
    for (int i = 0; i < parts.size(); i++) {
      Passage part = parts.get(i);
      boolean sameField = i > 0 && parts.get(i - 1).field().equals(part.field());
      assertThat(part.start()).isGreaterThanOrEqualTo(sameField ? parts.get(i - 1).end() : 0);
      assertThat(part.end()).isGreaterThan(part.start());
      if (part.level() == Level.WORD) {
        words.add(part);
      } else {
        descend(passages, passages.parts(part), words);
      }
    }
  }

  private static Map<String, String> fields(Random random) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("subject", random.nextInt(4) == 0 ? "" : text(random, 1, 6));
    fields.put("body", text(random, 1 + random.nextInt(80), 14));
    return fields;
  }

  private static String text(Random random, int sentences, int words) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < sentences; i++) {
      for (int word = 1 + random.nextInt(words); word > 0; word--) {
        text.append((char) ('a' + random.nextInt(26))).append("oe").append(word > 1 ? " " : "");
      }
      text.append(random.nextInt(5) == 0 ? "\n" : ". ");
    }
    return text.toString();
  }
}
