package dev.prefstream.drift;

import dev.prefstream.drift.detect.FixedBand;
import dev.prefstream.drift.detect.MeanDiscrepancy;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.config.Option;
import dev.prefstream.runtime.kafka.KafkaOptions;
import dev.prefstream.runtime.streams.StreamsOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a user sets of the drift monitor.
 *
 * @param band the fixed band
 * @param reportEvery predictions of a segment between two reports
 * @param detectors those that decide about scores
 * @param signals what is watched beside scores
 * @param runLength predictions of the whole installation between two false alarms, on average
 * @param labelRunLength labels between two false alarms about accuracy, at least
 * @param reference predictions a reference is learnt from
 * @param provisional predictions after which a provisional one is learnt; 0 for none
 * @param seasonality how scores follow the clock
 * @param urgentLevel scores above it count as urgent
 * @param leastSegment predictions from which on a segment is watched
 * @param maxSegments segments beside the whole stream, for each partition of scores
 * @param partitions partitions of scores
 * @param forgetIdle how long a segment may bring nothing until it is forgotten
 * @param batchWait how long predictions wait for their batch to fill
 * @param retraining when a new model is asked for
 * @param clockTolerance how far ahead of this machine's clock an event time may be
 */
record DriftOptions(
    FixedBand.Params band,
    int reportEvery,
    Set<Detector> detectors,
    Set<String> signals,
    double runLength,
    double labelRunLength,
    int reference,
    int provisional,
    Seasonality seasonality,
    double urgentLevel,
    int leastSegment,
    int maxSegments,
    int partitions,
    Duration forgetIdle,
    Duration batchWait,
    Retraining retraining,
    Duration clockTolerance) {

  /**
   * When a new model is asked for.
   *
   * @param leastPredictions predictions since the change that confirm it
   * @param coolDown least event time between two requests for a segment
   * @param perWeek most requests of the installation in seven days
   */
  record Retraining(int leastPredictions, Duration coolDown, int perWeek) {}

  /** Part of the false-alarm budget that the signals share; the rest is the scores'. */
  private static final double SIGNAL_SHARE = 0.2;

  /** A reference is worked out while one in so many of its predictions come once more. */
  private static final int WORKED_OUT_IN = 10;

  /** More embeddings than these would make a reference little sharper, and each takes 5 bytes. */
  private static final int MOST_EMBEDDINGS = 20_000;

  static final Option<Integer> WINDOW =
      Option.integer(
          "drift.window",
          1000,
          20,
          1_000_000,
          "Predictions in the window that drift is judged on, in each segment: a longer one sees smaller changes and sees them later. A change begins new statistics.");

  static final Option<Double> BAND =
      Option.decimal(
          "drift.band",
          0.15,
          0,
          0.5,
          "How far the window's mean score may lie from 0.5: wider means fewer alerts and missed changes.");

  static final Option<Integer> REPORT_EVERY =
      Option.integer(
          "drift.report-every",
          1000,
          1,
          1_000_000_000,
          "Predictions of a segment between two drift reports, whatever its state.");

  static final Option<Duration> RETRAIN_COOLDOWN =
      Option.duration(
          "drift.retrain-cooldown",
          "1d",
          "0s",
          "3650d",
          "Least time, by tickets' own times, between two retraining triggers of a segment; alerts are not held back.");

  static final Option<Integer> RETRAIN_BUDGET =
      Option.integer(
          "drift.retrain-budget",
          3,
          0,
          1_000_000,
          "Most retraining triggers of the whole installation in seven days, by tickets' own times: more answers more incidents and costs more training.");

  static final Option<Integer> RETRAIN_AFTER =
      Option.integer(
          "drift.retrain-after",
          500,
          1,
          1_000_000_000,
          "Predictions since the change that confirm an incident, so that a new model is asked for: fewer ask sooner and leave less data to train on.");

  static final Option<Integer> MIN_SEGMENT =
      Option.integer(
          "drift.min-segment",
          500,
          1,
          1_000_000_000,
          "Predictions from which on a segment is watched apart; until then they count in the whole stream only. Counted on each partition of scores, as a part of this.");

  static final Option<Duration> BATCH_WAIT =
      Option.duration(
          "drift.batch-wait",
          "1s",
          "10ms",
          "1h",
          "How long predictions wait until 100 of their segment, or some 25 with embeddings, go on together: longer saves records where segments are small, and sees changes later.");

  static final Option<Integer> PROVISIONAL =
      Option.integer(
          "drift.provisional-reference",
          2000,
          0,
          10_000_000,
          "Predictions from which a provisional reference is learnt, which allows more than the full one and stands until that is there; 0 for none. At least drift.window, and at least what drift.seasonality asks for.");

  static final Option<Seasonality> SEASONALITY =
      Option.choice(
          "drift.seasonality",
          Seasonality.class,
          Seasonality.DAY,
          "How scores and embeddings follow the clock by themselves. day: a reference waits until two working days were seen, and what the hour of the day adds is taken away; until two weeks were seen, what comes up between Friday 10:00 and Monday 12:00 UTC shows as WARN and is told when the weekend is over, unless no weekend makes it; from then on what the hour of the week adds is taken away. week: a reference waits until two weeks were seen, for streams whose weekends are not Saturday and Sunday, or differ by more than 0.15. Until there is a reference jump alone speaks of scores. none: a reference is learnt as soon as there are predictions enough, and adwin watches until then; a daily cycle is drift. A change begins new statistics.");

  static final Option<Double> URGENT_LEVEL =
      Option.decimal(
          "drift.urgent-level",
          0.7,
          0,
          1,
          "Scores above it count as urgent in the signal urgent-rate; the same for all tenants, so that a tenant's new strictness is no drift. A change begins new statistics.");

  static final Option<Double> LABEL_ARL =
      Option.decimal(
          "drift.label-arl",
          10_000,
          100,
          Double.MAX_VALUE,
          "Labels between two false alarms about accuracy, at least, for each tenant and for all together: more means fewer false alarms and later true ones. A change begins new statistics.");

  static final Option<Set<String>> SIGNALS =
      new Option<>(
          "drift.signals",
          "list",
          "urgent-rate,confidence,text-length,tokens-per-character,language,volume",
          "urgent-rate, confidence, text-length, tokens-per-character, language, volume; may be empty",
          "What is watched beside scores where there is a reference: a fifth of the false-alarm budget is theirs, so fewer see changes sooner. tokens-per-character rises when texts hold words that the model's vocabulary was not made for; language and volume are watched in the whole stream only, volume in hours that should bring at least 100. A change begins new statistics.",
          text ->
              Arrays.stream(text.split(",", -1))
                  .map(String::strip)
                  .filter(signal -> !signal.isEmpty())
                  .map(DriftOptions::knownSignal)
                  .collect(Collectors.toCollection(TreeSet::new)));

  static final Option<Integer> MAX_SEGMENTS =
      Option.integer(
          "drift.max-segments",
          10_000,
          0,
          1_000_000,
          "Segments (tenant, region, language) watched beside the whole stream, for each partition of scores; each takes about 20 KB of disk, and 200 KB until two weeks of it were seen (with drift.seasonality day or week), and tickets of further ones count in the whole stream only.");

  static final Option<Duration> FORGET_IDLE =
      Option.duration(
          "drift.forget-idle",
          "30d",
          "1d",
          "3650d",
          "Time without a prediction, by tickets' own times and to the day, after which a segment is forgotten with its reference and its open incident closed: shorter frees disk and room below drift.max-segments sooner, and rare segments learn anew. The whole stream is never forgotten.");

  static final Option<Set<Detector>> DETECTORS =
      new Option<>(
          "drift.detectors",
          "list",
          "cusum-mean,cusum-dispersion,cusum-shape,ks,mmd,jump,adwin",
          "fixed-band, cusum-mean, cusum-dispersion, cusum-shape, ks, psi, mmd, jump, adwin",
          "Which detectors raise alarms: cusum-mean, cusum-dispersion, cusum-shape, ks and psi (population stability index) compare with a reference learnt from each model's first predictions and keep the false-alarm rate of drift.arl; so does mmd (maximum mean discrepancy) with the embeddings of texts, where scores carry them (scorer.embeddings); until that reference is there, and at weekends of which nothing was learnt, jump watches for jumps that no cycle of the day makes, and adwin, where drift.seasonality is none, for any change; fixed-band is the rule |mean - 0.5| > drift.band. Those that are chosen of the calibrated ones share the false-alarm budget out among them. A change begins new statistics.",
          text ->
              Arrays.stream(text.split(",", -1))
                  .map(String::strip)
                  .map(Detector::of)
                  .collect(Collectors.toCollection(() -> EnumSet.noneOf(Detector.class))));

  static final Option<Double> ARL =
      Option.decimal(
          "drift.arl",
          1_000_000,
          1000,
          Double.MAX_VALUE,
          "Predictions of the whole installation between two false alarms, on average, of all calibrated detectors in all segments together: more means fewer false alarms and later true ones. A change begins new statistics.");

  static final Option<Integer> REFERENCE =
      Option.integer(
          "drift.reference",
          20_000,
          100,
          10_000_000,
          "Predictions of a model from which a segment's reference is learnt: fewer begin sooner and make the detectors less sharp; each takes 9 bytes of disk for each segment that learns. A change begins new statistics.");

  static List<Option<?>> all() {
    return List.of(
        DETECTORS,
        SIGNALS,
        WINDOW,
        BAND,
        ARL,
        LABEL_ARL,
        REFERENCE,
        PROVISIONAL,
        SEASONALITY,
        URGENT_LEVEL,
        REPORT_EVERY,
        RETRAIN_AFTER,
        RETRAIN_COOLDOWN,
        RETRAIN_BUDGET,
        MIN_SEGMENT,
        MAX_SEGMENTS,
        FORGET_IDLE,
        BATCH_WAIT);
  }

  private static String knownSignal(String signal) {
    if (!Signals.ALL.contains(signal)) {
      throw new IllegalArgumentException(
          "found signal %s, must be some of %s"
              .formatted(signal, String.join(", ", new TreeSet<>(Signals.ALL))));
    }
    return signal;
  }

  static DriftOptions of(Configuration configuration) {
    Set<Detector> detectors = configuration.get(DETECTORS);
    return new DriftOptions(
        new FixedBand.Params(configuration.get(WINDOW), configuration.get(BAND)),
        configuration.get(REPORT_EVERY),
        detectors,
        needsReference(detectors) ? configuration.get(SIGNALS) : Set.of(),
        configuration.get(ARL),
        configuration.get(LABEL_ARL),
        configuration.get(REFERENCE),
        configuration.get(PROVISIONAL),
        configuration.get(SEASONALITY),
        configuration.get(URGENT_LEVEL),
        configuration.get(MIN_SEGMENT),
        configuration.get(MAX_SEGMENTS),
        configuration.get(KafkaOptions.FLOW_PARTITIONS),
        configuration.get(FORGET_IDLE),
        configuration.get(BATCH_WAIT),
        new Retraining(
            configuration.get(RETRAIN_AFTER),
            configuration.get(RETRAIN_COOLDOWN),
            configuration.get(RETRAIN_BUDGET)),
        configuration.get(StreamsOptions.CLOCK_TOLERANCE));
  }

  boolean uses(Detector detector) {
    return detectors.contains(detector);
  }

  boolean needsReference() {
    return needsReference(detectors);
  }

  private static boolean needsReference(Set<Detector> detectors) {
    for (Detector detector : detectors) {
      if (detector.needsReference()) {
        return true;
      }
    }
    return false;
  }

  boolean watches(String signal) {
    return signals.contains(signal);
  }

  /**
   * Predictions of one segment between two of its false alarms. Each prediction counts in the whole
   * stream and in one segment, whatever the number of segments, so each of the two gets half.
   */
  double ownRunLength() {
    return 2 * runLength;
  }

  /** Predictions of one segment between two false alarms about its scores. */
  double scoreRunLength() {
    return ownRunLength() / (signals.isEmpty() ? 1 : 1 - SIGNAL_SHARE);
  }

  /**
   * The run length that a segment's reference is learnt with, so that those of its detectors that
   * are chosen have {@link #scoreRunLength} together; see {@link
   * dev.prefstream.drift.detect.Reference#share}.
   */
  double referenceRunLength() {
    return scoreRunLength()
        * Arrays.stream(Detector.values()).filter(this::uses).mapToDouble(Detector::share).sum();
  }

  /** Chunks of one segment between two false alarms about its embeddings. */
  double embeddingRunLength() {
    return referenceRunLength() / MeanDiscrepancy.SHARE / MeanDiscrepancy.CHUNK;
  }

  /** Chunks of embeddings that their reference is learnt from. */
  int embeddingReference() {
    int chunks = Math.min(reference, MOST_EMBEDDINGS) / MeanDiscrepancy.CHUNK;
    return Math.max(MeanDiscrepancy.LEAST_CHUNKS, chunks);
  }

  /** Chunks of embeddings that a provisional reference is learnt from; 0 for none. */
  int provisionalEmbeddingReference() {
    int chunks = provisionalReference() / MeanDiscrepancy.CHUNK;
    return chunks < MeanDiscrepancy.LEAST_CHUNKS || chunks >= embeddingReference() ? 0 : chunks;
  }

  /** Chunks of one segment between two false alarms of all its signals. */
  double signalRunLength() {
    return ownRunLength() / SIGNAL_SHARE / Chunk.SIZE;
  }

  /**
   * Predictions a provisional reference is learnt from: at least a window; 0 for none, and where
   * the full one is not larger.
   */
  int provisionalReference() {
    int least = Math.max(provisional, window());
    return provisional == 0 || least >= reference ? 0 : least;
  }

  /**
   * Predictions that come until a reference of so many stands: its thresholds are worked out a part
   * with each. At least half a window, since the work does not shrink with the reference.
   */
  int workedOutIn(int predictions) {
    return Math.max(window() / 2, predictions / WORKED_OUT_IN);
  }

  /** Predictions of a segment on one partition from which on it is watched. */
  long leastOnPartition() {
    return Math.max(1, leastSegment / partitions);
  }

  /**
   * Predictions to keep of a segment: all that a reference is learnt from, or its thresholds are
   * while weekends are unknown, then the window.
   */
  int ring(@Nullable Baseline baseline) {
    return baseline == null || baseline.provisional() || !baseline.knowsWeek()
        ? learningRing()
        : window();
  }

  /** Predictions to keep of a segment that learns. */
  int learningRing() {
    return needsReference() ? Math.max(window(), reference + workedOutIn(reference)) : window();
  }

  /**
   * Differs, all but surely, from that of options which statistics would be begun otherwise with.
   */
  int fingerprint() {
    List<?> ofReferences =
        needsReference()
            ? List.of(
                reference,
                runLength,
                seasonality.name(),
                urgentLevel,
                signals.stream().sorted().toList())
            : List.of();
    return List.of(window(), detectors.stream().map(Enum::name).sorted().toList(), ofReferences)
        .hashCode();
  }

  int window() {
    return band.window();
  }
}
