package dev.prefstream.drift;

import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.DriftKind;
import dev.prefstream.schemas.avro.IncidentState;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How an incident goes on after a word on it, and what is said of that. One alert opens an
 * incident; updates follow when it has doubled or is of another kind; one alert ends it. A
 * segment's incident that opens while the whole stream's is open becomes part of that one and is
 * not told apart; where it outlives it, it gets an alert of its own. So it is with a tenant's
 * incident of quality and the whole stream's. Pure: what comes in stays as it is.
 *
 * @param incident the incident as it is now
 * @param whole the whole stream's incident, where this one became part of it just now; null where
 *     that one stays as it is
 * @param said the alert to publish; null where there is nothing to say
 */
record IncidentTurn(
    IncidentState incident, @Nullable IncidentState whole, @Nullable DriftAlert said) {

  /** Most segments that an alert lists. */
  static final int MOST_SEGMENTS = 50;

  /**
   * After a word from a segment's own watch.
   *
   * @param known the last incident under the word's key; null for none
   * @param whole the whole stream's incident while it is open, of quality if the word is and of
   *     scores else; null for none
   * @param open keys of all open incidents
   * @param window predictions of a window
   * @return null where the word tells nothing new: it came before, or its incident is not known or
   *     is over
   */
  static @Nullable IncidentTurn after(
      DriftAlert word,
      @Nullable IncidentState known,
      @Nullable IncidentState whole,
      List<String> open,
      int window) {
    IncidentState same = known != null && isOf(word, known) ? known : null;
    if (word.getEvent() == AlertEvent.OPENED) {
      Long askedAt = known == null ? null : known.getAskedAt();
      return same == null ? opened(word, askedAt, whole, open, window) : null;
    }
    return same == null || same.getEnded() ? null : continued(same, word, whole);
  }

  private static boolean isOf(DriftAlert word, IncidentState incident) {
    return incident.getAlert().getAlertId().equals(word.getAlertId());
  }

  private static IncidentTurn opened(
      DriftAlert word,
      @Nullable Long askedAt,
      @Nullable IncidentState whole,
      List<String> open,
      int window) {
    boolean ofTheWhole = word.getSegment().equals(Segments.ALL);
    IncidentState.Builder incident =
        IncidentState.newBuilder()
            .setAlert(ofTheWhole ? withSegments(word, parts(open, word.getKind())) : word)
            .setEnded(false)
            .setNextUpdate(2 * Math.max(window, word.getIncidentPredictions()))
            .setAskedAt(askedAt);
    if (whole != null && !ofTheWhole) {
      return joined(incident.setAnnounced(false).build(), whole);
    }
    return new IncidentTurn(incident.setAnnounced(true).build(), null, incident.getAlert());
  }

  /** After an end that comes from outside, such as a release. */
  static IncidentTurn closed(IncidentState incident, Instant at, String by) {
    DriftAlert before = incident.getAlert();
    DriftAlert alert =
        DriftAlert.newBuilder(before)
            .setEvent(AlertEvent.CLOSED)
            .setDetectedAt(at)
            .setClosedBy(by)
            .setMessage(
                "Drift of %s ended with %s.".formatted(Segments.inWords(before.getSegment()), by))
            .build();
    IncidentState closed =
        IncidentState.newBuilder(incident).setAlert(alert).setEnded(true).build();
    return new IncidentTurn(closed, null, incident.getAnnounced() ? alert : null);
  }

  private static IncidentTurn continued(
      IncidentState known, DriftAlert word, @Nullable IncidentState whole) {
    boolean over = word.getEvent() != AlertEvent.UPDATED;
    IncidentState.Builder next = IncidentState.newBuilder(known).setEnded(over);
    DriftAlert.Builder alert =
        DriftAlert.newBuilder(word).setSegments(known.getAlert().getSegments());
    boolean outlivesTheWhole = !known.getAnnounced() && !over && whole == null;
    boolean said =
        outlivesTheWhole || (known.getAnnounced() && (over || isWorthSaying(known, word)));
    if (outlivesTheWhole) {
      next.setAnnounced(true);
      alert.setEvent(AlertEvent.OPENED);
    } else if (said) {
      next.setNextUpdate(Math.max(2 * word.getIncidentPredictions(), known.getNextUpdate()));
    }
    IncidentState incident = next.setAlert(alert.build()).build();
    return new IncidentTurn(incident, null, said ? incident.getAlert() : null);
  }

  private static boolean isWorthSaying(IncidentState known, DriftAlert word) {
    return word.getIncidentPredictions() >= known.getNextUpdate()
        || word.getKind() != known.getAlert().getKind();
  }

  /** A segment joins the whole stream's incident, which says so at the 1st, 2nd, 4th, ... one. */
  private static IncidentTurn joined(IncidentState incident, IncidentState whole) {
    DriftAlert word = incident.getAlert();
    List<String> parts = whole.getAlert().getSegments();
    if (parts.size() >= MOST_SEGMENTS || parts.contains(word.getSegment())) {
      return new IncidentTurn(incident, null, null);
    }
    List<String> more = Stream.concat(parts.stream(), Stream.of(word.getSegment())).toList();
    DriftAlert alert = withSegments(whole.getAlert(), more);
    boolean said = Integer.bitCount(more.size()) == 1;
    if (said) {
      alert.setEvent(AlertEvent.UPDATED);
      alert.setDetectedAt(word.getDetectedAt());
    }
    return new IncidentTurn(
        incident, IncidentState.newBuilder(whole).setAlert(alert).build(), said ? alert : null);
  }

  private static List<String> parts(List<String> open, DriftKind kind) {
    return open.stream()
        .filter(key -> IncidentKey.isOfAPart(key, kind))
        .map(IncidentKey::segment)
        .limit(MOST_SEGMENTS)
        .toList();
  }

  private static DriftAlert withSegments(DriftAlert alert, List<String> segments) {
    return DriftAlert.newBuilder(alert).setSegments(segments).build();
  }
}
