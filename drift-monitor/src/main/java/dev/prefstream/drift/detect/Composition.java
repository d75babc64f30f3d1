package dev.prefstream.drift.detect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Of which parts a stream is made, before and now, and how much each adds to a change of its mean.
 * Keeps at most {@link #MOST} parts by name and the rest together. Mutable; one thread.
 *
 * <p>"Now" is the generation of values that runs and the one before; what is older is "before", and
 * its weight is halved as it grows. Contributions add up exactly to the change of the mean: with w
 * a part's share, m its mean and M the mean of all before, a part contributes w (m - M) now less w
 * (m - M) before, so that a part which only grows contributes by as much as it differs.
 */
public final class Composition {

  /** Most parts kept by name. */
  public static final int MOST = 32;

  /** Name that stands for all other parts; no segment has it. */
  public static final String OTHERS = "";

  /** Values of the generation that runs from which on they stand for themselves. */
  public static final int LEAST = 200;

  private static final int KEPT = 24;
  private static final int BEFORE_GENERATIONS = 20;

  /** One part's counts and sums. */
  public record Part(
      double before, double beforeSum, long last, double lastSum, long now, double nowSum) {

    static final Part NEW = new Part(0, 0, 0, 0, 0, 0);

    Part plus(double score) {
      return new Part(before, beforeSum, last, lastSum, now + 1, nowSum + score);
    }

    Part merged(Part other) {
      return new Part(
          before + other.before,
          beforeSum + other.beforeSum,
          last + other.last,
          lastSum + other.lastSum,
          now + other.now,
          nowSum + other.nowSum);
    }

    long after(boolean nowAlone) {
      return nowAlone ? now : last + now;
    }

    double afterSum(boolean nowAlone) {
      return nowAlone ? nowSum : lastSum + nowSum;
    }

    Part rolled(boolean intoBefore, double keep) {
      return new Part(
          intoBefore ? (before + last) * keep : before,
          intoBefore ? (beforeSum + lastSum) * keep : beforeSum,
          now,
          nowSum,
          0,
          0);
    }
  }

  /**
   * A part's share in a change.
   *
   * @param name the part
   * @param contribution what it adds to the change of the mean
   * @param shareBefore its share of values before
   * @param shareAfter its share of values now
   * @param meanBefore its mean before; NaN without values
   * @param meanAfter its mean now; NaN without values
   */
  public record Change(
      String name,
      double contribution,
      double shareBefore,
      double shareAfter,
      double meanBefore,
      double meanAfter) {}

  private final Map<String, Part> parts;

  public Composition() {
    this(new TreeMap<>());
  }

  /** Of parts kept before; the map is taken over. */
  public Composition(Map<String, Part> parts) {
    this.parts = parts;
  }

  /** All parts by name; not to be changed. */
  public Map<String, Part> parts() {
    return parts;
  }

  /** Adds a value of a part. */
  public void add(String name, double value) {
    String kept = parts.containsKey(name) || parts.size() < MOST ? name : OTHERS;
    parts.put(kept, parts.getOrDefault(kept, Part.NEW).plus(value));
  }

  /**
   * Ends the generation that runs.
   *
   * @param normal whether all was well in the one before it, so that it counts as before
   */
  public void roll(boolean normal) {
    double before = parts.values().stream().mapToDouble(p -> p.before() + p.last()).sum();
    long generation = parts.values().stream().mapToLong(Part::now).sum();
    double keep = before > BEFORE_GENERATIONS * (double) generation ? 0.5 : 1;
    parts.replaceAll((name, part) -> part.rolled(normal, keep));
    List<String> names = new ArrayList<>(parts.keySet());
    names.remove(OTHERS);
    names.sort(Comparator.comparingDouble((String n) -> -weight(n)).thenComparing(n -> n));
    for (String small : names.subList(Math.min(KEPT, names.size()), names.size())) {
      Part part = parts.remove(small);
      if (part != null) {
        parts.merge(OTHERS, part, Part::merged);
      }
    }
  }

  private double weight(String name) {
    Part part = parts.getOrDefault(name, Part.NEW);
    return part.before() + part.last();
  }

  /** Parts and their contributions, the largest first; empty when there is no before or no now. */
  public List<Change> changes() {
    return changes(UnaryOperator.identity());
  }

  /** The same by groups of parts, such as all segments of a tenant. */
  public List<Change> changes(UnaryOperator<String> group) {
    Map<String, Part> grouped = new TreeMap<>();
    parts.forEach((name, part) -> grouped.merge(group.apply(name), part, Part::merged));
    double before = grouped.values().stream().mapToDouble(Part::before).sum();
    boolean alone = grouped.values().stream().mapToLong(Part::now).sum() >= LEAST;
    double after = grouped.values().stream().mapToDouble(p -> p.after(alone)).sum();
    if (before <= 0 || after <= 0) {
      return List.of();
    }
    double mean = grouped.values().stream().mapToDouble(Part::beforeSum).sum() / before;
    List<Change> changes = new ArrayList<>();
    grouped.forEach(
        (name, part) -> {
          double count = part.after(alone);
          double sum = part.afterSum(alone);
          changes.add(
              new Change(
                  name,
                  (sum - count * mean) / after - (part.beforeSum() - part.before() * mean) / before,
                  part.before() / before,
                  count / after,
                  part.before() > 0 ? part.beforeSum() / part.before() : Double.NaN,
                  count > 0 ? sum / count : Double.NaN));
        });
    double change = changes.stream().mapToDouble(Change::contribution).sum();
    changes.sort(
        Comparator.comparingDouble((Change c) -> -c.contribution() * Math.signum(change))
            .thenComparing(Change::name));
    return changes;
  }

  /**
   * The group whose growth alone makes the change: at least 0.3 of all values now and three times
   * its share before, while the mean of the rest moved by less than half as much as that of all.
   * Empty when there is none.
   *
   * @param ofTheMean whether the change is one of the mean; of another one the shares alone tell
   */
  public String flood(UnaryOperator<String> group, boolean ofTheMean) {
    List<Change> changes = changes(group);
    double change = changes.stream().mapToDouble(Change::contribution).sum();
    for (Change part : changes) {
      double restBefore = 1 - part.shareBefore();
      double restAfter = 1 - part.shareAfter();
      if (!part.name().equals(OTHERS)
          && part.shareAfter() >= 0.3
          && part.shareAfter() >= 3 * part.shareBefore()
          && restBefore > 0
          && restAfter > 0
          && (!ofTheMean
              || Math.abs(restMean(changes, part, false) - restMean(changes, part, true))
                  < Math.abs(change) / 2)) {
        return part.name();
      }
    }
    return OTHERS;
  }

  private static double restMean(List<Change> changes, Change without, boolean before) {
    double share = 0;
    double sum = 0;
    for (Change part : changes) {
      double its = before ? part.shareBefore() : part.shareAfter();
      if (!part.name().equals(without.name()) && its > 0) {
        share += its;
        sum += its * (before ? part.meanBefore() : part.meanAfter());
      }
    }
    return sum / share;
  }
}
