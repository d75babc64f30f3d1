package dev.prefstream.drift;

import dev.prefstream.drift.Packer.Unpacker;
import dev.prefstream.drift.detect.IncidentLife.Phase;
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
 * @param ring predictions the ring of chunks holds
 * @param settings fingerprint of the settings the statistics were begun with
 * @param learntFrom number, in the present statistics, of the first prediction the reference is
 *     learnt from
 * @param learntTo number of the last prediction of the reference that is being worked out, or of
 *     new thresholds of one that is frozen; 0 while none is
 * @param learnsFull whether that is the full one, which is frozen
 * @param resetAt time of the last request to learn the reference anew that was followed, in
 *     milliseconds; 0 for none
 * @param baseline what the calibrated charts are drawn against; null until learnt
 * @param phase where the segment stands
 * @param incident the current or last incident; null before any
 * @param older the last but one full window outside incidents; what an alert calls before
 * @param newer the last full window outside incidents
 */
record Profile(
    ModelRef model,
    String previousHash,
    int ring,
    int settings,
    long learntFrom,
    long learntTo,
    boolean learnsFull,
    long resetAt,
    @Nullable Baseline baseline,
    Phase phase,
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

    /** The same where statistics begin anew under it: it goes on from their first prediction. */
    Incident inNewStatistics(long settleAfterNow) {
      return new Incident(alertId, since, 1, detector, settleAfterNow, before);
    }
  }

  /** Statistics that begin with a model. */
  static Profile begin(ModelRef model, String previousHash, DriftOptions options, long resetAt) {
    return new Profile(
        model,
        previousHash,
        options.learningRing(),
        options.fingerprint(),
        1,
        0,
        false,
        resetAt,
        null,
        Phase.OK,
        null,
        null,
        null);
  }

  Profile with(Phase newPhase) {
    return new Profile(
        model,
        previousHash,
        ring,
        settings,
        learntFrom,
        learntTo,
        learnsFull,
        resetAt,
        baseline,
        newPhase,
        incident,
        older,
        newer);
  }

  Profile with(Incident newIncident) {
    return new Profile(
        model,
        previousHash,
        ring,
        settings,
        learntFrom,
        learntTo,
        learnsFull,
        resetAt,
        baseline,
        phase,
        newIncident,
        older,
        newer);
  }

  /** Learning begins again at that prediction; a provisional reference stands meanwhile. */
  Profile learningFrom(long number) {
    return new Profile(
        model,
        previousHash,
        ring,
        settings,
        number,
        0,
        false,
        resetAt,
        baseline,
        phase,
        incident,
        older,
        newer);
  }

  /** A reference of the predictions up to that one is being worked out, the full one or not. */
  Profile learningTo(long number, boolean full) {
    return new Profile(
        model,
        previousHash,
        ring,
        settings,
        learntFrom,
        number,
        full,
        resetAt,
        baseline,
        phase,
        incident,
        older,
        newer);
  }

  /** With a reference, and a ring that is no longer than is needed from then on. */
  Profile with(Baseline learnt, int newRing) {
    return new Profile(
        model,
        previousHash,
        newRing,
        settings,
        learntFrom,
        0,
        false,
        resetAt,
        learnt,
        phase,
        incident,
        older,
        newer);
  }

  /** After one more full window outside incidents. */
  Profile plus(Summary full) {
    return new Profile(
        model,
        previousHash,
        ring,
        settings,
        learntFrom,
        learntTo,
        learnsFull,
        resetAt,
        baseline,
        phase,
        incident,
        newer,
        full);
  }

  boolean frozen() {
    return baseline != null && !baseline.provisional();
  }

  /** Whether scores are judged, but of weekends nothing was learnt yet. */
  boolean awaitsWeek() {
    return baseline != null && !baseline.knowsWeek();
  }

  byte[] packed() {
    Packer to =
        new Packer()
            .text(model.getId())
            .text(model.getVersion())
            .text(model.getHash())
            .text(previousHash)
            .number(ring)
            .number(settings)
            .number(learntFrom)
            .number(learntTo)
            .flag(learnsFull)
            .number(resetAt)
            .number(phase.ordinal());
    to.flag(baseline != null);
    if (baseline != null) {
      baseline.pack(to);
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
    int ring = from.integer();
    int settings = from.integer();
    long learntFrom = from.number();
    long learntTo = from.number();
    boolean learnsFull = from.flag();
    long resetAt = from.number();
    Phase phase = Phase.values()[from.integer()];
    Baseline baseline = from.flag() ? Baseline.unpack(from) : null;
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
    Summary older = summary(from);
    Summary newer = summary(from);
    return new Profile(
        model,
        previousHash,
        ring,
        settings,
        learntFrom,
        learntTo,
        learnsFull,
        resetAt,
        baseline,
        phase,
        incident,
        older,
        newer);
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
