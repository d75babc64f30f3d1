package dev.prefstream.scorer.loop;

import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.runtime.failure.PoisonReason;
import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.model.ModelException;
import dev.prefstream.scorer.model.ModelSession;
import dev.prefstream.scorer.pack.Lane;
import java.util.List;

/**
 * Scores a batch until every row has a logit or is known to be poison. A batch that the model
 * refuses is halved until the row that is the cause is alone; its neighbours are scored. A batch
 * too large for the device's memory is halved, and later ones are smaller. One thread uses it.
 */
final class BatchRunner {

  /** What becomes of rows, and what the device tells about itself. */
  interface Listener {
    /** These rows came back, with finite logits. */
    void scored(List<Row> rows, ModelSession.Answer answer, int paddedLength, long begunNanos);

    /** This row can never be scored. */
    void poison(Row row, PoisonException failure);

    /** The device has too little memory for so many padded tokens. */
    void outOfMemory(long paddedTokens);

    /**
     * The device cannot be used now; returns when it is to be tried again.
     *
     * @throws InterruptedException when the service stops
     */
    void unavailable(ModelException failure) throws InterruptedException;

    /** The device is of use again. */
    void available();
  }

  private final ModelSession session;
  private final Lane lane;
  private final Time time;
  private final Listener listener;

  BatchRunner(ModelSession session, Lane lane, Time time, Listener listener) {
    this.session = session;
    this.lane = lane;
    this.time = time;
    this.listener = listener;
  }

  /** Returns when every row that somebody still waits for was given to the listener. */
  void run(List<Row> batch) throws InterruptedException {
    List<Row> rows = Dispatcher.wanted(batch);
    // A loop, not a call of itself: a device may be away for days.
    while (!rows.isEmpty() && !tried(rows)) {
      rows = Dispatcher.wanted(rows);
    }
  }

  /** False when the rows are to be tried again as they are. */
  private boolean tried(List<Row> rows) throws InterruptedException {
    List<EncodedText> texts = rows.stream().map(row -> row.prepared().text()).toList();
    int paddedLength =
        lane.paddedLength(texts.stream().mapToInt(EncodedText::cost).max().orElse(1));
    long begun = time.now();
    ModelSession.Answer answer;
    try {
      answer = session.answer(texts, paddedLength);
    } catch (ModelException e) {
      return failed(rows, paddedLength, e);
    } catch (RuntimeException e) {
      refused(rows, e);
      return true;
    }
    listener.available();
    accept(rows, answer, paddedLength, begun);
    return true;
  }

  private void accept(List<Row> rows, ModelSession.Answer answer, int paddedLength, long begun)
      throws InterruptedException {
    double[] logits = answer.logits();
    boolean finite = true;
    for (double logit : logits) {
      finite &= Double.isFinite(logit);
    }
    if (finite) {
      listener.scored(rows, answer, paddedLength, begun);
    } else if (rows.size() == 1) {
      listener.poison(
          rows.get(0),
          new PoisonException(
              PoisonReason.NOT_A_NUMBER,
              "the model gave %s for this text alone, expected a finite number"
                  .formatted(Double.toString(logits[0]))));
    } else {
      halve(rows);
    }
  }

  private boolean failed(List<Row> rows, int paddedLength, ModelException e)
      throws InterruptedException {
    if (e.kind() == ModelException.Kind.REFUSED) {
      refused(rows, e);
      return true;
    }
    if (e.kind() == ModelException.Kind.OUT_OF_MEMORY) {
      listener.outOfMemory((long) paddedLength * rows.size());
      if (rows.size() > 1) {
        halve(rows);
        return true;
      }
    }
    listener.unavailable(e);
    return false;
  }

  private void refused(List<Row> rows, RuntimeException e) throws InterruptedException {
    if (rows.size() == 1) {
      listener.poison(
          rows.get(0),
          new PoisonException(
              PoisonReason.MODEL_REFUSED,
              "the model fails on this text alone (%s)".formatted(e.getMessage()),
              e));
    } else {
      halve(rows);
    }
  }

  private void halve(List<Row> rows) throws InterruptedException {
    int middle = rows.size() / 2;
    run(rows.subList(0, middle));
    run(rows.subList(middle, rows.size()));
  }
}
