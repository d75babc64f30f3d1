package dev.prefstream.oversight;

import dev.prefstream.schemas.avro.DayTally;
import dev.prefstream.schemas.avro.Tally;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The days that are kept of one tenant, or of all.
 *
 * @param days in order
 */
record History(List<DayTally> days) {

  /**
   * Counts of the window by stratum, with those of all domains together. A ticket without a domain
   * counts in that of its label as well.
   */
  Map<Stratum, Tally> within(Window window) {
    return sums(daysOf(window));
  }

  /** The same of all days. */
  Map<Stratum, Tally> all() {
    return sums(days);
  }

  /** Counts of the window by stratum as experts are asked about it: by the tickets' own domains. */
  Map<Stratum, Tally> asked(Window window) {
    return asked(daysOf(window));
  }

  /** The same of all days. */
  Map<Stratum, Tally> askedEver() {
    return asked(days);
  }

  private static Map<Stratum, Tally> asked(Collection<DayTally> days) {
    Map<Stratum, Tally> sums = new LinkedHashMap<>();
    for (DayTally day : days) {
      sums.merge(stratum(day), day.getTally(), Tallies::plus);
    }
    return sums;
  }

  /** Time of the newest decision; 0 without. */
  long latest() {
    return days.stream().mapToLong(day -> day.getTally().getLastAt()).max().orElse(0);
  }

  /**
   * The model before this one: of the others that decided anything, the one that began last before
   * the given time.
   */
  static Optional<Stratum> previous(Map<Stratum, Tally> all, Stratum stratum, long beganAt) {
    return all.entrySet().stream()
        .filter(other -> other.getKey().domain().equals(stratum.domain()))
        .filter(other -> !other.getKey().model().equals(stratum.model()))
        .filter(other -> other.getValue().getFirstAt() < beganAt)
        .max(Comparator.comparingLong(other -> other.getValue().getFirstAt()))
        .map(Map.Entry::getKey);
  }

  private static Map<Stratum, Tally> sums(Collection<DayTally> days) {
    Map<Stratum, Tally> sums = new LinkedHashMap<>();
    for (DayTally day : days) {
      Stratum stratum = stratum(day);
      sums.merge(stratum, day.getTally(), Tallies::plus);
      sums.merge(stratum.inAllDomains(), day.getTally(), Tallies::plus);
      if (day.getLabelDomain() != null) {
        sums.merge(stratum.in(day.getLabelDomain()), day.getTally(), Tallies::plus);
      }
    }
    return sums;
  }

  private List<DayTally> daysOf(Window window) {
    return days.stream().filter(day -> window.holds(day.getDay())).toList();
  }

  private static Stratum stratum(DayTally day) {
    return new Stratum(day.getDomain(), day.getModel());
  }
}
