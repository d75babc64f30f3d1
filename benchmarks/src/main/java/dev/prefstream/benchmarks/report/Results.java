package dev.prefstream.benchmarks.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Everything one run has measured, by figure and round. Ratios are taken within a round, so that a
 * machine that slows down half way slows both sides. For one thread.
 */
public final class Results {

  private final Map<String, Figure> figures = new LinkedHashMap<>();
  private final Map<String, Map<Integer, Double>> values = new LinkedHashMap<>();
  private final Map<String, String> failures = new LinkedHashMap<>();

  /** Keeps one value; a second one for the same round replaces the first. */
  public void record(Figure figure, int round, double value) {
    figures.putIfAbsent(figure.id(), figure);
    values.computeIfAbsent(figure.id(), id -> new TreeMap<>()).put(round, value);
  }

  /** An arm did not run to its end; its targets count as not measured, for this reason. */
  public void failed(String arm, String why) {
    failures.put(arm, why);
  }

  /** Figures in the order of their first value. */
  public List<Figure> figures() {
    return List.copyOf(figures.values());
  }

  public Map<String, String> failures() {
    return Collections.unmodifiableMap(failures);
  }

  public Optional<Figure> figure(String id) {
    return Optional.ofNullable(figures.get(id));
  }

  /** Values by round. */
  public Map<Integer, Double> rounds(String id) {
    return values.getOrDefault(id, Map.of());
  }

  public Optional<Summary> summary(String id) {
    return summarise(rounds(id).values());
  }

  /** Quotients of two figures, of the rounds in which both were measured. */
  public Optional<Summary> ratio(String above, String below) {
    List<Double> quotients = new ArrayList<>();
    rounds(above)
        .forEach(
            (round, value) -> {
              Double divisor = rounds(below).get(round);
              if (divisor != null && divisor != 0) {
                quotients.add(value / divisor);
              }
            });
    return summarise(quotients);
  }

  private static Optional<Summary> summarise(java.util.Collection<Double> found) {
    return found.isEmpty() ? Optional.empty() : Optional.of(Summary.of(found));
  }
}
