package dev.prefstream.decision;

import static java.util.Objects.requireNonNull;

import dev.prefstream.runtime.streams.Erasures;
import dev.prefstream.runtime.streams.StageCounters;
import dev.prefstream.runtime.streams.StreamClock;
import dev.prefstream.schemas.avro.Erasure;
import dev.prefstream.schemas.avro.TicketPhase;
import dev.prefstream.schemas.avro.TicketState;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Forgets a ticket on request: its waiting, its candidates and their texts. A note stays for the
 * retention, so that a score still in flight finds it, and nothing is logged or answered.
 */
final class Eraser implements Processor<String, Erasure, Void, Void> {

  private final StreamClock clock;
  private final StageCounters counters;
  private final DecisionMeters meters;
  private @Nullable ProcessorContext<Void, Void> context;
  private @Nullable DecisionStores stores;

  Eraser(StreamClock clock, StageCounters counters, DecisionMeters meters) {
    this.clock = clock;
    this.counters = counters;
    this.meters = meters;
  }

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    this.context = context;
    this.stores = DecisionStores.of(context);
  }

  @Override
  public void process(Record<String, Erasure> record) {
    counters.received();
    String id = Erasures.ticketId(record);
    DecisionStores stores = requireNonNull(this.stores);
    long streamTime = clock.now(requireNonNull(context));
    TicketState found = stores.tickets().get(id);
    if (found != null && found.getPhase() == TicketPhase.ERASED) {
      counters.duplicate();
      return;
    }
    TicketState ticket = found == null ? DecisionStores.nothing(streamTime) : found;
    // The one that decides shares the store; entries it finds gone are none of its business.
    new Waiting(stores.due()).removeAll(ticket, id);
    stores.erase(id, ticket, streamTime);
    meters.erased();
    counters.processed();
  }
}
