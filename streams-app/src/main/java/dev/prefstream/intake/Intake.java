package dev.prefstream.intake;

import dev.prefstream.runtime.streams.StageCounters;
import dev.prefstream.runtime.streams.StreamClock;
import dev.prefstream.schemas.avro.JoinState;
import io.micrometer.core.instrument.MeterRegistry;

/** What both ways into the stage share. One for each task: its clock is for one thread. */
record Intake(
    IntakeOptions options,
    StageCounters counters,
    IntakeMeters meters,
    StreamClock clock,
    TicketText text) {

  static Intake of(IntakeOptions options, MeterRegistry registry) {
    return new Intake(
        options,
        new StageCounters(IntakeTopology.STAGE, registry),
        new IntakeMeters(registry),
        new StreamClock(IntakeTopology.STAGE, options.clockTolerance(), registry),
        new TicketText(options.maxMetadataBytes(), registry));
  }

  /** What is known of a ticket id; nothing when its last change is older than the retention. */
  JoinState join(JoinStores stores, String ticketId, long streamTime) {
    JoinState found = stores.joins().get(ticketId);
    if (found != null && JoinStores.isExpired(found, streamTime, options.retention())) {
      // As if swept already: what comes out must not depend on when a sweep passes.
      expire(stores, ticketId, found);
      found = null;
    }
    return found == null ? JoinStores.nothing(streamTime) : found;
  }

  /** Forgets what is older than the retention, and counts what waited in vain. */
  void expire(JoinStores stores, String ticketId, JoinState join) {
    meters.unmatched(JoinStores.waiting(join));
    stores.forget(ticketId, join);
  }
}
