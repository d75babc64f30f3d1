package dev.prefstream.intake;

import dev.prefstream.intake.IntakeMeters.Text;
import dev.prefstream.intake.masking.Masking.Masked;
import dev.prefstream.runtime.streams.StageCounters;
import dev.prefstream.runtime.streams.StreamClock;
import dev.prefstream.schemas.avro.JoinState;
import dev.prefstream.schemas.avro.JoinedResponse;
import dev.prefstream.schemas.avro.ResponseSource;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.schemas.avro.SettingsInForce;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.Optional;

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
        new TicketText(options.maxMetadataBytes()));
  }

  /**
   * The request to score a response whose ticket is known, with its tenant's personal data masked.
   *
   * @param ticket the ticket's own request
   * @param response by its id, and where its text was published
   * @param text as it was published
   * @param settings of the ticket's tenant
   * @param partition of the text's record, the same as of its ticket's
   */
  ScoringRequest request(
      ScoringRequest ticket,
      JoinedResponse response,
      String text,
      Optional<SettingsInForce> settings,
      int partition,
      Instant now) {
    Masked masked = ResponseText.masked(text, settings);
    meters.masked(Text.RESPONSE, masked.found());
    ScoringRequest request =
        Requests.forResponse(ticket, response.getResponseId(), masked.text(), settings, now);
    request.setResponseSource(
        new ResponseSource(partition, response.getOffset(), masked.replaced()));
    return request;
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
