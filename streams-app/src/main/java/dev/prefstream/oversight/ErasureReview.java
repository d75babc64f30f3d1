package dev.prefstream.oversight;

import static java.util.Objects.requireNonNull;

import dev.prefstream.runtime.streams.Erasures;
import dev.prefstream.runtime.streams.StageCounters;
import dev.prefstream.runtime.streams.StreamClock;
import dev.prefstream.schemas.avro.Erasure;
import dev.prefstream.schemas.avro.ReviewState;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Forgets a ticket on request and takes it out of the counts that later reports are made of. A note
 * stays for the retention, so that a decision or label still in flight finds it.
 */
final class ErasureReview implements Processor<String, Erasure, Void, Void> {

  private final OversightOptions options;
  private final StreamClock clock;
  private final StageCounters counters;
  private final OversightMeters meters;
  private @Nullable ProcessorContext<Void, Void> context;
  private @Nullable Reviews reviews;

  ErasureReview(
      OversightOptions options, StreamClock clock, StageCounters counters, OversightMeters meters) {
    this.options = options;
    this.clock = clock;
    this.counters = counters;
    this.meters = meters;
  }

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    this.context = context;
    this.reviews = Reviews.of(context, options, meters);
  }

  @Override
  public void process(Record<String, Erasure> record) {
    counters.received();
    String id = Erasures.ticketId(record);
    long streamTime = clock.now(requireNonNull(context));
    Reviews reviews = requireNonNull(this.reviews);
    ReviewState ticket = reviews.ticket(id, streamTime);
    if (ticket.getErased()) {
      counters.duplicate();
      return;
    }
    reviews.change(
        id,
        ticket,
        streamTime,
        known -> {
          known.setDecided(null);
          known.setLabel(null);
          known.setLabelledAt(null);
          known.setLabelDomain(null);
          known.setDisputed(false);
          known.setErased(true);
        });
    meters.erased();
    counters.processed();
  }
}
