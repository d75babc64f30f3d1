package dev.prefstream.drift;

import dev.prefstream.drift.Packer.Unpacker;
import dev.prefstream.drift.detect.IncidentLife;
import dev.prefstream.drift.detect.Reference;
import dev.prefstream.drift.detect.Summary;
import dev.prefstream.schemas.avro.ModelRef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What seldom changes in a segment's state: with a model, an incident, or a window.
 *
 * @param model the model whose scores the statistics are of
 * @param previousHash hash of the model before; empty for none
 * @param window predictions in the window the statistics were begun with
 * @param ring predictions the ring of chunks was begun with
 * @param learntFrom number, in the present statistics, of the first prediction the reference is
 *     learnt from
 * @param reference what the calibrated charts are drawn against; null until learnt
 * @param life where the segment stands
 * @param incident the current or last incident; null before any
 * @param older the last but one full window outside incidents; what an alert calls before
 * @param newer the last full window outside incidents
 */
record Profile(
    ModelRef model,
    String previousHash,
    int window,
    int ring,
    long learntFrom,
    @Nullable Reference reference,
    IncidentLife life,
    @Nullable Incident incident,
    @Nullable Summary older,
    @Nullable Summary newer) {

  /**
   * An incident.
   *
   * @param alertId its deterministic id
   * @param since event time since which the scores differ, by the best estimate; milliseconds
   * @param from number, in the present statistics, of the prediction at that time
   * @param detector the one that opened it
   * @param settleAfter predictions without an alarm that end it
   * @param before scores before it opened, when there were enough
   */
  record Incident(
      String alertId,
      long since,
      long from,
      String detector,
      long settleAfter,
      @Nullable Summary before) {

    Incident settlingAfter(long predictions) {
      return new Incident(alertId, since, from, detector, predictions, before);
    }
  }

  static Profile begin(
      ModelRef model, String previousHash, int window, int ring, IncidentLife life) {
    return new Profile(model, previousHash, window, ring, 1, null, life, null, null, null);
  }

  Profile with(IncidentLife newLife) {
    return new Profile(
        model, previousHash, window, ring, learntFrom, reference, newLife, incident, older, newer);
  }

  Profile with(Incident newIncident) {
    return new Profile(
        model, previousHash, window, ring, learntFrom, reference, life, newIncident, older, newer);
  }

  /** For new statistics of the same model over another window, in another ring. */
  Profile resized(int newWindow, int newRing) {
    Incident open = incident;
    return new Profile(
        model,
        previousHash,
        newWindow,
        newRing,
        1,
        null,
        life,
        open == null ? null : open.settlingAfter(newWindow),
        older,
        newer);
  }

  /** Learning begins again at that prediction. */
  Profile learningFrom(long number) {
    return new Profile(
        model, previousHash, window, ring, number, null, life, incident, older, newer);
  }

  Profile with(Reference learnt) {
    return new Profile(
        model, previousHash, window, ring, learntFrom, learnt, life, incident, older, newer);
  }

  /** After one more full window outside incidents. */
  Profile plus(Summary full) {
    return new Profile(
        model, previousHash, window, ring, learntFrom, reference, life, incident, newer, full);
  }

  byte[] packed() {
    Packer to =
        new Packer()
            .text(model.getId())
            .text(model.getVersion())
            .text(model.getHash())
            .text(previousHash)
            .number(window)
            .number(ring)
            .number(learntFrom)
            .number(life.phase().ordinal())
            .number(life.openedAt())
            .number(life.askedAt())
            .flag(life.asked());
    to.flag(reference != null);
    if (reference != null) {
      References.pack(reference, to);
    }
    to.flag(incident != null);
    if (incident != null) {
      to.text(incident.alertId()).number(incident.since()).number(incident.from());
      to.text(incident.detector()).number(incident.settleAfter());
      pack(incident.before(), to);
    }
    pack(older, to);
    pack(newer, to);
    return to.packed();
  }

  static Profile unpacked(byte[] bytes) {
    Unpacker from = new Unpacker(bytes);
    ModelRef model = new ModelRef(from.text(), from.text(), from.text());
    String previousHash = from.text();
    int window = from.integer();
    int ring = from.integer();
    long learntFrom = from.number();
    IncidentLife life =
        new IncidentLife(
            IncidentLife.Phase.values()[from.integer()], from.number(), from.number(), from.flag());
    Reference reference = from.flag() ? References.unpack(from) : null;
    Incident incident =
        from.flag()
            ? new Incident(
                from.text(),
                from.number(),
                from.number(),
                from.text(),
                from.number(),
                summary(from))
            : null;
    return new Profile(
        model,
        previousHash,
        window,
        ring,
        learntFrom,
        reference,
        life,
        incident,
        summary(from),
        summary(from));
  }

  private static void pack(@Nullable Summary summary, Packer to) {
    to.flag(summary != null);
    if (summary != null) {
      to.number(summary.count()).decimal(summary.mean()).decimal(summary.sd());
      to.number(summary.quantiles().size());
      summary.quantiles().forEach(to::decimal);
    }
  }

  private static @Nullable Summary summary(Unpacker from) {
    if (!from.flag()) {
      return null;
    }
    long count = from.number();
    double mean = from.decimal();
    double sd = from.decimal();
    int size = from.integer();
    List<Double> quantiles = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      quantiles.add(from.decimal());
    }
    return new Summary(count, mean, sd, quantiles);
  }
}
