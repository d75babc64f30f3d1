package dev.prefstream.policy;

import dev.prefstream.policy.Candidate.Judged;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which response a STANDARD ticket gets. Each rule is one named step on the response's score, in
 * this order:
 *
 * <ol>
 *   <li>{@code style-control}: times {@code min(1, length / 500)}, times 0.9 where the text holds a
 *       code fence.
 *   <li>{@code region-weight}: plus a tenth of (fit - 0.5), where fit is directness and formality
 *       weighed by {@link RegionalWeights}.
 *   <li>{@code formality-wish}: less a fifth of the distance between the text's formality and the
 *       one the tenant wishes for.
 *   <li>{@code length-not-allowed}: to 0, where the tenant does not accept the length.
 *   <li>{@code fabrication-risk}: to 0, where the risk that the text makes things up is above what
 *       may be sent.
 * </ol>
 */
public final class ResponsePolicy {

  private static final double FULL_LENGTH = 500;
  private static final double CODE_FENCE = 0.9;
  private static final double REGION_REACH = 0.1;
  private static final double FORMALITY_REACH = 0.2;

  /** The best first; equal ones in the order of their ids, so that a replay picks the same. */
  private static final Comparator<Judged> BEST_FIRST =
      Comparator.comparingDouble((Judged judged) -> judged.adjusted().value())
          .thenComparingDouble(judged -> judged.candidate().score())
          .reversed()
          .thenComparing(judged -> judged.candidate().responseId());

  private ResponsePolicy() {}

  /** The score a candidate competes with. */
  public static Judged judge(Candidate candidate, ResponseRules rules) {
    Style style = candidate.style();
    Preferences preferences = rules.preferences();
    RegionalWeights weights = RegionalWeights.of(rules.region(), preferences.regionalWeights());
    Adjusted adjusted = Adjusted.unadjusted(candidate.score());
    adjusted = adjusted.to("style-control", adjusted.value() * styleControl(style));
    adjusted =
        adjusted.to("region-weight", adjusted.value() + REGION_REACH * (weights.fit(style) - 0.5));
    if (preferences.styles().isPresent()) {
      Preferences.Styles wanted = preferences.styles().get();
      if (wanted.formality().isPresent()) {
        double distance = Math.abs(style.formality() - wanted.formality().getAsDouble());
        adjusted = adjusted.to("formality-wish", adjusted.value() - FORMALITY_REACH * distance);
      }
      if (style.length() < wanted.lengthMin() || style.length() > wanted.lengthMax()) {
        adjusted = adjusted.to("length-not-allowed", 0);
      }
    }
    if (candidate.fabricationRisk() > rules.maxFabricationRisk()) {
      adjusted = adjusted.to("fabrication-risk", 0);
    }
    return new Judged(candidate, adjusted);
  }

  /** The candidates as they are judged, the best first. */
  public static List<Judged> ranked(Collection<Candidate> candidates, ResponseRules rules) {
    return candidates.stream()
        .map(candidate -> judge(candidate, rules))
        .sorted(BEST_FIRST)
        .toList();
  }

  /** The best of the candidates, when it reaches the floor. */
  public static Optional<Judged> choose(Collection<Candidate> candidates, ResponseRules rules) {
    return ranked(candidates, rules).stream()
        .findFirst()
        .filter(judged -> judged.adjusted().value() >= rules.floor());
  }

  /** Whether a candidate would reach the floor, were it not for the fabrication guard. */
  public static boolean isHeldBack(Candidate candidate, ResponseRules rules) {
    return candidate.fabricationRisk() > rules.maxFabricationRisk()
        && choose(List.of(candidate), rules.unguarded()).isPresent();
  }

  /** What a response's score is multiplied by for its style alone, in [0, 1]. */
  static double styleControl(Style style) {
    return styleControl(style.length(), style.codeFence());
  }

  /**
   * The same of a text that is no candidate.
   *
   * @param length code points
   * @param codeFence whether it holds a Markdown code fence
   */
  public static double styleControl(int length, boolean codeFence) {
    return Math.min(1, length / FULL_LENGTH) * (codeFence ? CODE_FENCE : 1);
  }
}
