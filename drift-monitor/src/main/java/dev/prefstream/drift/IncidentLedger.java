package dev.prefstream.drift;

import dev.prefstream.schemas.avro.FleetState;
import dev.prefstream.schemas.avro.RetrainingTrigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What is known of all incidents together: which are open, and what retraining was asked for. All
 * times are event times in milliseconds since the epoch.
 *
 * @param now the highest that a word on an incident had
 * @param open keys of open incidents ({@link IncidentKey}), each once, the longest open first
 * @param askedAt when retraining was asked for, in the week before the last request
 * @param triggers the incident's key of each request, by the request's id
 */
record IncidentLedger(
    long now, List<String> open, List<Long> askedAt, Map<String, String> triggers) {

  /** From so many requests on, those that a newer one of their incident replaced are dropped. */
  static final int MANY_TRIGGERS = 1000;

  private static final long WEEK = Duration.ofDays(7).toMillis();

  IncidentLedger {
    open = List.copyOf(open);
    askedAt = List.copyOf(askedAt);
    triggers = Collections.unmodifiableMap(triggers);
  }

  static IncidentLedger of(@Nullable FleetState state) {
    return state == null
        ? new IncidentLedger(0, List.of(), List.of(), Map.of())
        : new IncidentLedger(
            state.getNow(), state.getOpen(), state.getAskedAt(), state.getTriggers());
  }

  FleetState state() {
    return new FleetState(now, open, askedAt, triggers);
  }

  /** Event time passes; it never goes back. */
  IncidentLedger at(Instant time) {
    return new IncidentLedger(Math.max(now, time.toEpochMilli()), open, askedAt, triggers);
  }

  IncidentLedger opened(String key) {
    return open.contains(key) ? this : withOpen(plus(open, key));
  }

  IncidentLedger ended(String key) {
    return withOpen(open.stream().filter(other -> !other.equals(key)).toList());
  }

  private IncidentLedger withOpen(List<String> keys) {
    return new IncidentLedger(now, keys, askedAt, triggers);
  }

  /** Requests for retraining in the seven days up to now. */
  int askedInAWeek() {
    return lastWeek().size();
  }

  private List<Long> lastWeek() {
    return askedAt.stream().filter(at -> now - at < WEEK).toList();
  }

  /**
   * With a request for retraining that is made now.
   *
   * @param isCurrent whether a request's id is that of the last one of the incident with a key
   */
  IncidentLedger asked(
      RetrainingTrigger trigger, String key, BiPredicate<String, String> isCurrent) {
    Map<String, String> all = new HashMap<>(triggers);
    if (all.size() >= MANY_TRIGGERS) {
      all.entrySet().removeIf(known -> !isCurrent.test(known.getKey(), known.getValue()));
    }
    all.put(trigger.getTriggerId(), key);
    return new IncidentLedger(now, open, plus(lastWeek(), now), all);
  }

  private static <T> List<T> plus(List<T> list, T last) {
    List<T> longer = new ArrayList<>(list);
    longer.add(last);
    return longer;
  }
}
