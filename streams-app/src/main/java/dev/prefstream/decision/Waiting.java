package dev.prefstream.decision;

import dev.prefstream.schemas.avro.Deadline;
import dev.prefstream.schemas.avro.TicketState;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Tickets that wait, by stream time and by the wall clock at once: whichever comes first ends the
 * waiting. Stream time makes a backlog end as it would have ended live; the wall clock ends it
 * where no record moves stream time on. One thread only.
 */
final class Waiting {

  private static final String STREAM = "s";
  private static final String WALL = "w";

  private final DueTimes byStream;
  private final DueTimes byWall;

  Waiting(KeyValueStore<String, String> store) {
    this.byStream = new DueTimes(store, STREAM);
    this.byWall = new DueTimes(store, WALL);
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
