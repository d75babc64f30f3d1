package dev.prefstream.oversight;

import static java.util.Objects.requireNonNull;

import dev.prefstream.runtime.streams.StageCounters;
import dev.prefstream.schemas.avro.ConfusionChange;
import dev.prefstream.schemas.avro.ExpertLabel;
import dev.prefstream.schemas.avro.ReviewState;
import dev.prefstream.schemas.avro.Route;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Takes experts' labels into review, before or after the decision. The label given last (by {@code
 * labelled_at}) counts; an older one that comes late changes nothing.
 */
final class LabelReview implements Processor<String, ExpertLabel, String, ConfusionChange> {

  private final OversightOptions options;
  private final StageCounters counters;
  private @Nullable ProcessorContext<String, ConfusionChange> context;
  private @Nullable Reviews reviews;

  LabelReview(OversightOptions options, StageCounters counters) {
    this.options = options;
    this.counters = counters;
  }

  @Override
  public void init(ProcessorContext<String, ConfusionChange> context) {
    this.context = context;
    this.reviews = Reviews.of(context);
  }

  @Override
  public void process(Record<String, ExpertLabel> record) {
    counters.received();
    ExpertLabel given = record.value();
    if (given == null) {
      throw Reviews.tombstone("an expert's label");
    }
    Reviews.requireKey(record.key(), given.getTicketId());
    ProcessorContext<String, ConfusionChange> context = requireNonNull(this.context);
    Reviews reviews = requireNonNull(this.reviews);
    String id = given.getTicketId();
    ReviewState review = reviews.ticket(id, context.currentStreamTimeMs(), options.retention());
    Route before = review.getLabel();
    Long beforeAt = review.getLabelledAt();
    long givenAt = given.getLabelledAt().toEpochMilli();
    if (beforeAt != null && givenAt <= beforeAt) {
      if (givenAt == beforeAt && given.getLabel() == before) {
        counters.duplicate();
      } else {
        counters.processed();
      }
      return;
    }
    if (before != null && review.getDecided() != null && before != given.getLabel()) {
      context.forward(record.withValue(Reviews.change(review, before, -1)));
    }
    review.setLabel(given.getLabel());
    review.setLabelledAt(givenAt);
    review.setChangedAt(context.currentStreamTimeMs());
    reviews.store().put(id, review);
    if (review.getDecided() != null && before != given.getLabel()) {
      context.forward(record.withValue(Reviews.change(review, given.getLabel(), 1)));
    }
    counters.processed();
  }
}
