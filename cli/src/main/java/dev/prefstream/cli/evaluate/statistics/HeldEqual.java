package dev.prefstream.cli.evaluate.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The AUC with another quantity held equal: only pairs of a positive and a negative row that lie in
 * the same twentieth of that quantity are compared, and all of them count alike (the stratified
 * Mann-Whitney statistic of van Elteren 1960, with weights by pairs). A score that follows the
 * quantity alone gets nearly one half: a twentieth leaves it a little room.
 */
public final class HeldEqual {

  private static final int STRATA = 20;

  private HeldEqual() {}

  /**
   * @param held in [0, 1], one for each row
   * @return NaN when no stratum holds both classes
   */
  public static double auc(double[] scores, boolean[] labels, double[] held) {
    Map<Integer, List<Integer>> strata = new TreeMap<>();
    for (int i = 0; i < scores.length; i++) {
      int stratum = Math.min(STRATA - 1, (int) (held[i] * STRATA));
      strata.computeIfAbsent(stratum, unused -> new ArrayList<>()).add(i);
    }
    double won = 0;
    double all = 0;
    for (List<Integer> rows : strata.values()) {
      double[] own = rows.stream().mapToDouble(i -> scores[i]).toArray();
      boolean[] ownLabels = new boolean[own.length];
      for (int i = 0; i < own.length; i++) {
        ownLabels[i] = labels[rows.get(i)];
      }
      double[] pairs = new Ranking(own, ownLabels).pairs();
      won += pairs[0];
      all += pairs[1];
    }
    return won / all;
  }
}
