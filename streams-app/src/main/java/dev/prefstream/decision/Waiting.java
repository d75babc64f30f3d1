package dev.prefstream.decision;

import dev.prefstream.schemas.avro.Deadline;
import dev.prefstream.schemas.avro.TicketPhase;
import dev.prefstream.schemas.avro.TicketState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Tickets that wait, by stream time and by the wall clock at once: whichever comes first ends the
 * waiting. Stream time makes a backlog end as it would have ended live; the wall clock ends it
 * where no record moves stream time on. One thread only.
 *
 * <p>All of it stands in the tickets' states too, so its store has no changelog, which would take
 * two records of the broker for each ticket and two more for its end; it is made anew when a task
 * begins ({@link #restore}).
 */
final class Waiting {

  private static final String STREAM = "s";
  private static final String WALL = "w";

  private final KeyValueStore<String, String> store;
  private final DueTimes byStream;
  private final DueTimes byWall;

  Waiting(KeyValueStore<String, String> store) {
    this.store = store;
    this.byStream = new DueTimes(store, STREAM);
    this.byWall = new DueTimes(store, WALL);
  }

  /** Makes it anew from the tickets. Reads all of them, some hundred thousand a second. */
  void restore(KeyValueStore<String, TicketState> tickets) {
    List<String> stale = new ArrayList<>();
    try (KeyValueIterator<String, String> all = store.all()) {
      all.forEachRemaining(entry -> stale.add(entry.key));
    }
    stale.forEach(store::delete);
    try (KeyValueIterator<String, TicketState> all = tickets.all()) {
      all.forEachRemaining(
          entry -> {
            if (entry.value.getPhase() == TicketPhase.OPEN) {
              add(entry.value.getWaitUntil(), entry.key);
              if (entry.value.getSettleAt() != null) {
                add(entry.value.getSettleAt(), entry.key);
              }
            }
          });
    }
  }

  /** The end of a wait that begins now. */
  static Deadline after(Duration wait, long streamTime, long wallTime) {
    return new Deadline(streamTime + wait.toMillis(), wallTime + wait.toMillis());
  }

  /** Each clock's earlier one. */
  static Deadline earlier(Deadline one, Deadline other) {
    return new Deadline(
        Math.min(one.getStream(), other.getStream()), Math.min(one.getWall(), other.getWall()));
  }

  void add(Deadline deadline, String ticketId) {
    byStream.add(deadline.getStream(), ticketId);
    byWall.add(deadline.getWall(), ticketId);
  }

  void remove(Deadline deadline, String ticketId) {
    byStream.remove(deadline.getStream(), ticketId);
    byWall.remove(deadline.getWall(), ticketId);
  }

  /** Takes a ticket's deadlines out, whichever it has. */
  void removeAll(TicketState ticket, String ticketId) {
    if (ticket.getSettleAt() != null) {
      remove(ticket.getSettleAt(), ticketId);
    }
    if (ticket.getWaitUntil() != null) {
      remove(ticket.getWaitUntil(), ticketId);
    }
  }

  /** Takes out up to {@code limit} tickets whose stream time has come. */
  List<String> takeByStream(long streamTime, int limit) {
    return byStream.take(streamTime, limit);
  }

  /** Takes out up to {@code limit} tickets whose wall-clock time has come. */
  List<String> takeByWall(long wallTime, int limit) {
    return byWall.take(wallTime, limit);
  }
}
