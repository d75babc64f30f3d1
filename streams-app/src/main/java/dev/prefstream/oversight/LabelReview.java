package dev.prefstream.oversight;

import static java.util.Objects.requireNonNull;

import dev.prefstream.oversight.OversightMeters.LabelOutcome;
import dev.prefstream.runtime.streams.StageCounters;
import dev.prefstream.runtime.streams.StreamClock;
import dev.prefstream.schemas.avro.ExpertLabel;
import dev.prefstream.schemas.avro.ReviewState;
import dev.prefstream.schemas.avro.Route;
import java.util.Comparator;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Takes experts' labels into review, before or after the decision. The label given last (by {@code
 * labelled_at}) stands; of two given at the same time the one that says URGENT, whichever came
 * first. Labels of both kinds make the ticket disputed for good.
 */
final class LabelReview implements Processor<String, ExpertLabel, Void, Void> {

  private final OversightOptions options;
  private final StreamClock clock;
  private final StageCounters counters;
  private final OversightMeters meters;
  private @Nullable ProcessorContext<Void, Void> context;
  private @Nullable Reviews reviews;

  /** What of a label counts, in an order in which the greatest stands. */
  private record Label(long at, Route route, @Nullable String domain) implements Comparable<Label> {

    private static final Comparator<Label> ORDER =
        Comparator.comparingLong(Label::at)
            .thenComparing(label -> label.route == Route.URGENT)
            .thenComparing(Label::domain, Comparator.nullsFirst(Comparator.naturalOrder()));

    @Override
    public int compareTo(Label other) {
      return ORDER.compare(this, other);
    }
  }

  LabelReview(
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
  public void process(Record<String, ExpertLabel> record) {
    counters.received();
    ExpertLabel value = record.value();
    if (value == null) {
      throw Reviews.tombstone("an expert's label");
    }
    Reviews.requireKey(record.key(), value.getTicketId());
    ProcessorContext<Void, Void> context = requireNonNull(this.context);
    long time = clock.observe(record.timestamp(), context);
    long streamTime = clock.now(context);
    Reviews reviews = requireNonNull(this.reviews);
    ReviewState ticket = reviews.ticket(value.getTicketId(), streamTime);
    if (ticket.getErased()) {
      meters.droppedAfterErasure();
      counters.processed();
      return;
    }
    Label given = given(value, time, context);
    Label standing = standing(ticket);
    if (given.equals(standing)) {
      counters.duplicate();
      return;
    }
    boolean stands = standing == null || given.compareTo(standing) > 0;
    boolean differs = standing != null && given.route != standing.route;
    if (stands || (differs && !ticket.getDisputed())) {
      reviews.change(
          value.getTicketId(),
          ticket,
          streamTime,
          known -> {
            known.setDisputed(known.getDisputed() || differs);
            if (stands) {
              known.setLabel(given.route);
              known.setLabelledAt(given.at);
              known.setLabelDomain(given.domain);
            }
          });
    }
    meters.label(outcome(standing, stands, differs));
    counters.processed();
  }

  /** A time in the future would outlast every correction: then the record's own counts. */
  private Label given(ExpertLabel value, long time, ProcessorContext<Void, Void> context) {
    long said = value.getLabelledAt().toEpochMilli();
    return new Label(
        clock.isAhead(said, context) ? time : said,
        value.getLabel(),
        Keys.domain(value.getDomain()));
  }

  private static @Nullable Label standing(ReviewState ticket) {
    Route route = ticket.getLabel();
    Long at = ticket.getLabelledAt();
    return route == null || at == null ? null : new Label(at, route, ticket.getLabelDomain());
  }

  private static LabelOutcome outcome(@Nullable Label standing, boolean stands, boolean differs) {
    if (standing == null) {
      return LabelOutcome.FIRST;
    }
    if (!stands) {
      return LabelOutcome.OUTDATED;
    }
    return differs ? LabelOutcome.CHANGED : LabelOutcome.CONFIRMED;
  }
}
