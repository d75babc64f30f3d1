package dev.prefstream.cli.explain.occlusion;

import dev.prefstream.cli.explain.occlusion.Passage.Level;
import dev.prefstream.cli.explain.occlusion.Scoring.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Which passages carry an outcome, and which smallest removal found turns it over. Sentences come
 * first, then the words of the heaviest ones, then removals; a quarter of the budget is kept for
 * these. For one use, one thread.
 *
 * <p>A removal is minimal: with any one of its passages put back the outcome stays. A smaller one
 * of other passages may exist, since passages that work only together are not seen.
 */
public final class Attribution {

  /** Most texts scored at a time: between batches the clock is looked at. */
  private static final int BATCH = 32;

  private static final int FAN_OUT = 48;
  private static final int REFINED = 3;
  private static final int MOST_REMOVED = 24;

  private final Passages passages;
  private final Scoring scoring;
  private final LongSupplier nanos;
  private final Limits limits;
  private final long deadline;
  private final List<Weight> weights = new ArrayList<>();
  private final List<Passage> refined = new ArrayList<>();
  private final Outcome whole;
  private int occlusions;
  private boolean complete = true;

  private Attribution(
      Map<String, String> fields, Scoring scoring, Limits limits, LongSupplier nanos) {
    this.passages = new Passages(fields, FAN_OUT);
    this.scoring = scoring;
    this.limits = limits;
    this.nanos = nanos;
    this.deadline = nanos.getAsLong() + limits.nanos();
    this.whole = scoring.score(List.of(fields)).get(0);
  }

  /**
   * What an explanation may cost.
   *
   * @param occlusions most texts scored beside the whole one
   * @param nanos no batch is begun later than this after the start
   */
  public record Limits(int occlusions, long nanos) {}

  /**
   * What a passage carries.
   *
   * @param without the outcome of the text without it
   * @param logit logit of the whole text less that without it: positive raises the score
   * @param score the same of the score
   * @param margin the same of the margin
   */
  public record Weight(
      Passage passage, Outcome without, double logit, double score, double margin) {}

  /**
   * Passages without which the outcome is on the other side, in the order of the text.
   *
   * @param after the outcome without them
   */
  public record Removal(List<Passage> passages, Outcome after) {}

  /**
   * The result.
   *
   * @param whole outcome of the text as it is
   * @param weights of every passage that was left out alone
   * @param sentences a removal of sentences, when one was found
   * @param words a removal of words of the heaviest sentences, when one was found
   * @param occlusions texts scored beside the whole one
   * @param complete whether the limits cut nothing off
   */
  public record Result(
      Outcome whole,
      List<Weight> weights,
      Optional<Removal> sentences,
      Optional<Removal> words,
      int occlusions,
      boolean complete) {}

  /**
   * Explains a text.
   *
   * @param fields texts by name, in order; not all blank
   * @param nanos a clock
   */
  public static Result of(
      Map<String, String> fields, Scoring scoring, Limits limits, LongSupplier nanos) {
    return new Attribution(fields, scoring, limits, nanos).run();
  }

  private Result run() {
    int reserve = limits.occlusions() / 4;
    weigh(passages.top(), reserve);
    for (Optional<Passage> next = heaviest(); next.isPresent(); next = heaviest()) {
      refined.add(next.get());
      weigh(passages.parts(next.get()), reserve);
    }
    Optional<Removal> sentences = removal(Level.SENTENCE);
    Optional<Removal> words = removal(Level.WORD);
    return new Result(whole, List.copyOf(weights), sentences, words, occlusions, complete);
  }

  private void weigh(List<Passage> parts, int reserve) {
    List<Passage> alone = parts.size() == 1 ? lone(parts.get(0)) : parts;
    List<List<Passage>> sets = alone.stream().map(List::of).toList();
    List<Optional<Outcome>> outcomes = score(sets, reserve);
    for (int i = 0; i < alone.size(); i++) {
      Passage passage = alone.get(i);
      outcomes
          .get(i)
          .ifPresent(
              without ->
                  weights.add(
                      new Weight(
                          passage,
                          without,
                          whole.logit() - without.logit(),
                          whole.score() - without.score(),
                          whole.margin() - without.margin())));
    }
  }

  /** The parts of a passage that is all there is, since nothing is left without it. */
  private List<Passage> lone(Passage passage) {
    List<Passage> parts = passages.parts(passage);
    if (parts.isEmpty() || !isBlank(passages.without(List.of(passage)))) {
      return List.of(passage);
    }
    refined.add(passage);
    return parts.size() == 1 ? lone(parts.get(0)) : parts;
  }

  /** The next passage to look into: any block or phrase, and a few sentences, by weight. */
  private Optional<Passage> heaviest() {
    long sentences = refined.stream().filter(each -> each.level() == Level.SENTENCE).count();
    return weights.stream()
        .filter(
            weight ->
                weight.passage().level() != Level.WORD
                    && !refined.contains(weight.passage())
                    && (weight.passage().level() != Level.SENTENCE || sentences < REFINED))
        .filter(weight -> refined.size() < 2 * REFINED)
        .max(Comparator.comparingDouble(weight -> Math.abs(weight.logit())))
        .map(Weight::passage);
  }

  /**
   * Takes the passages out that hold the outcome, the heaviest first, then puts back what can be.
   */
  private Optional<Removal> removal(Level level) {
    List<Passage> holding =
        weights.stream()
            .filter(weight -> weight.passage().level() == level)
            .filter(weight -> whole.above() ? weight.margin() > 0 : weight.margin() < 0)
            .sorted(Comparator.comparingDouble(weight -> -Math.abs(weight.margin())))
            .limit(MOST_REMOVED)
            .map(Weight::passage)
            .toList();
    List<List<Passage>> rising = new ArrayList<>();
    for (int size = 1; size <= holding.size(); size++) {
      rising.add(holding.subList(0, size));
    }
    Optional<Removal> found = firstThatTurns(rising);
    while (found.isPresent() && found.get().passages().size() > 1) {
      Optional<Removal> smaller = firstThatTurns(withOneBack(found.get().passages()));
      if (smaller.isEmpty()) {
        break;
      }
      found = smaller;
    }
    return found.map(removal -> new Removal(passages.inOrder(removal.passages()), removal.after()));
  }

  private static List<List<Passage>> withOneBack(List<Passage> all) {
    return all.stream()
        .map(back -> all.stream().filter(each -> !each.equals(back)).toList())
        .toList();
  }

  private Optional<Removal> firstThatTurns(List<List<Passage>> sets) {
    List<Optional<Outcome>> outcomes = score(sets, 0);
    for (int i = 0; i < sets.size(); i++) {
      Optional<Outcome> after = outcomes.get(i);
      if (after.isPresent() && after.get().above() != whole.above()) {
        return Optional.of(new Removal(List.copyOf(sets.get(i)), after.get()));
      }
    }
    return Optional.empty();
  }

  /**
   * What the text is without each of the sets: nothing where no text is left, or the limits are
   * reached.
   *
   * @param reserve occlusions that must be left
   */
  private List<Optional<Outcome>> score(List<List<Passage>> sets, int reserve) {
    List<Optional<Outcome>> outcomes = new ArrayList<>();
    sets.forEach(set -> outcomes.add(Optional.empty()));
    List<Integer> batch = new ArrayList<>();
    List<Map<String, String>> texts = new ArrayList<>();
    for (int i = 0; i < sets.size(); i++) {
      Map<String, String> text = passages.without(sets.get(i));
      if (!isBlank(text)) {
        if (occlusions + texts.size() >= limits.occlusions() - reserve) {
          complete = false;
          break;
        }
        batch.add(i);
        texts.add(text);
      }
      if (texts.size() == BATCH) {
        score(batch, texts, outcomes);
      }
    }
    score(batch, texts, outcomes);
    return outcomes;
  }

  private void score(
      List<Integer> batch, List<Map<String, String>> texts, List<Optional<Outcome>> into) {
    if (!texts.isEmpty() && nanos.getAsLong() - deadline > 0) {
      complete = false;
    } else if (!texts.isEmpty()) {
      List<Outcome> scored = scoring.score(List.copyOf(texts));
      occlusions += texts.size();
      for (int i = 0; i < batch.size(); i++) {
        into.set(batch.get(i), Optional.of(scored.get(i)));
      }
    }
    batch.clear();
    texts.clear();
  }

  private static boolean isBlank(Map<String, String> text) {
    return text.values().stream().allMatch(String::isBlank);
  }
}
