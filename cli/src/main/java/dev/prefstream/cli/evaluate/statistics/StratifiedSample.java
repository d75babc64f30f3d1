package dev.prefstream.cli.evaluate.statistics;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A random sample without replacement that holds each stratum in a set share. A stratum with too
 * few rows gives what it has; the others do not fill its room, so that their proportions stay.
 *
 * @param <S> strata
 */
public final class StratifiedSample<S extends Enum<S>> {

  /** Far above what rounding adds to a share of up to a million rows, far below one row. */
  private static final double ROUNDING = 1e-6;

  private final Map<S, Taken> strata;
  private final BitSet rows;

  private StratifiedSample(Map<S, Taken> strata, BitSet rows) {
    this.strata = strata;
    this.rows = rows;
  }

  /**
   * What a stratum gave.
   *
   * @param available rows it has
   * @param wanted its share of the sample in whole rows; those of all strata add up to its size
   * @param taken at most either
   */
  public record Taken(int available, int wanted, int taken) {}

  /**
   * Draws a sample.
   *
   * @param of the stratum of each row
   * @param size rows wanted in all
   * @param shares of each stratum, in [0, 1], adding up to 1; one that is missing gets 0
   */
  public static <S extends Enum<S>> StratifiedSample<S> draw(
      Class<S> type, List<S> of, int size, Map<S, Double> shares, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    BitSet rows = new BitSet(of.size());
    Map<S, Taken> strata = new EnumMap<>(type);
    Map<S, Integer> quotas = quotas(type, size, shares);
    for (S stratum : type.getEnumConstants()) {
      List<Integer> own = new ArrayList<>();
      for (int i = 0; i < of.size(); i++) {
        if (of.get(i) == stratum) {
          own.add(i);
        }
      }
      int wanted = quotas.getOrDefault(stratum, 0);
      int taken = Math.min(wanted, own.size());
      for (int i = 0; i < taken; i++) {
        int pick = i + random.nextInt(own.size() - i);
        rows.set(own.get(pick));
        own.set(pick, own.get(i));
      }
      strata.put(stratum, new Taken(own.size(), wanted, taken));
    }
    return new StratifiedSample<>(strata, rows);
  }

  /**
   * Whole rows by the method of largest remainders: each share is rounded down, and the rows that
   * are left go to the strata that lost most by it, of equals to the first.
   */
  private static <S extends Enum<S>> Map<S, Integer> quotas(
      Class<S> type, int size, Map<S, Double> shares) {
    double sum = shares.values().stream().mapToDouble(Double::doubleValue).sum();
    Map<S, Integer> quotas = new EnumMap<>(type);
    Map<S, Double> remainders = new EnumMap<>(type);
    int left = size;
    for (S stratum : type.getEnumConstants()) {
      double exact = size * shares.getOrDefault(stratum, 0.0) / sum;
      int whole = (int) (exact + ROUNDING);
      quotas.put(stratum, whole);
      remainders.put(stratum, exact - whole);
      left -= whole;
    }
    remainders.entrySet().stream()
        .sorted(
            Comparator.comparing((Map.Entry<S, Double> entry) -> -grain(entry.getValue()))
                .thenComparing(Map.Entry::getKey))
        .limit(left)
        .forEach(entry -> quotas.merge(entry.getKey(), 1, Integer::sum));
    return quotas;
  }

  /** Remainders that differ by rounding alone are equal. */
  private static long grain(double remainder) {
    return Math.round(remainder / ROUNDING);
  }

  /** Whether the row, counted from 0, is in the sample. */
  public boolean holds(int row) {
    return rows.get(row);
  }

  public int size() {
    return rows.cardinality();
  }

  public Map<S, Taken> strata() {
    return strata;
  }
}
