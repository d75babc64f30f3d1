package dev.prefstream.drift;

import dev.prefstream.drift.Packer.Unpacker;
import dev.prefstream.drift.detect.Cusum;
import dev.prefstream.drift.detect.Finding;
import dev.prefstream.drift.detect.SignalChart;
import dev.prefstream.drift.detect.SignalChart.Learnt;
import dev.prefstream.drift.detect.SignalChart.Moments;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is watched of a segment beside its scores, by means of chunks: how many are urgent, how sure
 * the model is, how long texts are, how many tokens they take for their length, and, for the whole
 * stream, which languages they are in. Text that a vocabulary was not made for is cut into more
 * tokens. At most {@link #MOST_LANGUAGES} languages by name, the rest together. Mutable; one
 * thread.
 */
final class Signals {

  static final String URGENT = "urgent-rate";
  static final String CONFIDENCE = "confidence";
  static final String LENGTH = "text-length";
  static final String TOKENS = "tokens-per-character";
  static final String LANGUAGE = "language";
  static final String VOLUME = "volume";

  /** Every signal a user may choose. */
  static final Set<String> ALL = Set.of(URGENT, CONFIDENCE, LENGTH, TOKENS, LANGUAGE, VOLUME);

  static final int MOST_LANGUAGES = 12;

  private static final String OTHER = LANGUAGE + ":other";

  /** A share of 4 %: rarer events than this do not make a chart of chunks sharper. */
  private static final double LEAST_SHARE_SD = Math.sqrt(0.04 * 0.96 / Chunk.SIZE);

  private static final double LEAST_LENGTH_SD = 0.05;
  private static final double LEAST_TOKENS_SD = 0.005;

  /** More tokens for a character count as this many. */
  private static final double MOST_TOKENS = 2;

  private static final double LEAST_CONFIDENCE_SD = 0.002;
  private static final double RECENT = 0.125;

  /**
   * One signal.
   *
   * @param learnt what is known of its chunks while a reference is learnt
   * @param params the chart; null until there is a reference
   * @param state the chart so far
   * @param partial sum over the chunk that is not yet full
   * @param recent moving average of chunks' means
   */
  private record Signal(
      Learnt learnt,
      SignalChart.@Nullable Params params,
      Cusum.State state,
      double partial,
      double recent) {

    static Signal seenAfter(long chunks) {
      return new Signal(Learnt.zeros(chunks), null, Cusum.State.NEW, 0, 0);
    }

    Signal plus(double value) {
      return new Signal(learnt, params, state, partial + value, recent);
    }

    Signal charted(SignalChart.Params chart) {
      return new Signal(learnt, chart, Cusum.State.NEW, partial, recent);
    }

    Signal restarted() {
      return new Signal(learnt, params, Cusum.State.NEW, partial, recent);
    }

    Signal forgotten() {
      return new Signal(Learnt.NOTHING, params, state, partial, recent);
    }

    Signal chunk(boolean learning) {
      double mean = partial / Chunk.SIZE;
      Learnt more = learning ? learnt.plus(mean) : learnt;
      double newRecent =
          learnt.chunks().count() == 0 && params == null ? mean : recent + RECENT * (mean - recent);
      return new Signal(
          more, params, params == null ? state : params.plus(state, mean), 0, newRecent);
    }
  }

  /** What one signal reads. */
  record Reading(String signal, double before, double after, double statistic, double threshold) {

    Finding finding() {
      return new Finding(signal, statistic, threshold);
    }
  }

  private final Map<String, Signal> signals;
  private long chunks;

  Signals() {
    this(new TreeMap<>(), 0);
  }

  private Signals(Map<String, Signal> signals, long chunks) {
    this.signals = signals;
    this.chunks = chunks;
  }

  /** Adds one prediction; {@code languages} are watched in the whole stream only. */
  void add(Observation observation, DriftOptions options, boolean languages) {
    double score = observation.value();
    if (options.watches(URGENT)) {
      add(URGENT, score > options.urgentLevel() ? 1 : 0);
    }
    if (options.watches(CONFIDENCE)) {
      add(CONFIDENCE, Math.max(score, 1 - score));
    }
    if (options.watches(LENGTH)) {
      add(LENGTH, Math.log1p(observation.length()));
    }
    if (options.watches(TOKENS) && observation.tokens() > 0 && observation.length() > 0) {
      add(TOKENS, Math.min(MOST_TOKENS, (double) observation.tokens() / observation.length()));
    }
    if (languages && options.watches(LANGUAGE) && !observation.origin().isEmpty()) {
      addLanguage(Segments.language(observation.origin()));
    }
  }

  private void addLanguage(String language) {
    String name = LANGUAGE + ":" + language;
    boolean kept = signals.containsKey(name) || roomForAnother();
    signals.putIfAbsent(OTHER, Signal.seenAfter(chunks));
    add(kept ? name : OTHER, 1);
  }

  private boolean roomForAnother() {
    long named = signals.keySet().stream().filter(s -> s.startsWith(LANGUAGE + ":")).count();
    return named < MOST_LANGUAGES && signals.values().stream().allMatch(s -> s.params() == null);
  }

  private void add(String name, double value) {
    signals.compute(
        name, (n, known) -> (known == null ? Signal.seenAfter(chunks) : known).plus(value));
  }

  /** Ends a chunk. */
  void endChunk(boolean learning) {
    signals.replaceAll((name, signal) -> signal.chunk(learning));
    chunks++;
  }

  /** Learning begins again. */
  void learnAnew() {
    signals.replaceAll((name, signal) -> signal.forgotten());
    chunks = 0;
  }

  /**
   * Draws charts against what was learnt.
   *
   * @param runLength chunks between two false alarms of all signals together
   */
  void freeze(double runLength) {
    double each = runLength * Math.max(1, signals.size());
    signals.replaceAll(
        (name, signal) -> signal.charted(signal.learnt().frozen(leastSd(name), each)));
  }

  /** The charts begin anew after an alarm. */
  void restart() {
    signals.replaceAll((name, signal) -> signal.restarted());
  }

  /** What all read, the furthest over its threshold first; only those that have a chart. */
  List<Reading> read() {
    List<Reading> readings = new ArrayList<>();
    signals.forEach(
        (name, signal) -> {
          SignalChart.Params params = signal.params();
          if (params != null) {
            Cusum.State state = signal.state();
            readings.add(
                new Reading(
                    name,
                    shown(name, params.mean()),
                    shown(name, signal.recent()),
                    Math.max(state.up(), state.down()),
                    params.chart().up()));
          }
        });
    readings.sort(Comparator.comparingDouble(r -> -r.finding().share()));
    return readings;
  }

  /** Predictions since the change that a signal shows began. */
  long since(String name) {
    Signal signal = signals.get(name);
    return signal == null || signal.params() == null
        ? 1
        : signal.state().since(signal.params().chart()) * Chunk.SIZE;
  }

  /** Lengths are charted as logarithms and shown as lengths. */
  private static double shown(String name, double value) {
    return name.equals(LENGTH) ? Math.expm1(value) : value;
  }

  private static double leastSd(String name) {
    return switch (name) {
      case LENGTH -> LEAST_LENGTH_SD;
      case TOKENS -> LEAST_TOKENS_SD;
      case CONFIDENCE -> LEAST_CONFIDENCE_SD;
      default -> LEAST_SHARE_SD;
    };
  }

  byte[] packed() {
    Packer to = new Packer().number(chunks).number(signals.size());
    signals.forEach(
        (name, signal) -> {
          to.text(name).decimal(signal.partial()).decimal(signal.recent());
          Learnt learnt = signal.learnt();
          to.flag(learnt.chunks().count() > 0);
          if (learnt.chunks().count() > 0) {
            pack(learnt.chunks(), to);
            pack(learnt.fours(), to);
            pack(learnt.sixteens(), to);
            to.decimal(learnt.sum()).decimal(learnt.sumAtFour());
          }
          SignalChart.Params params = signal.params();
          to.flag(params != null);
          if (params != null) {
            to.decimal(params.mean()).decimal(params.sd());
            to.decimal(params.chart().k()).decimal(params.chart().up());
            to.decimal(signal.state().up()).decimal(signal.state().down());
            to.number(signal.state().upSince()).number(signal.state().downSince());
          }
        });
    return to.packed();
  }

  static Signals unpacked(byte[] bytes) {
    Unpacker from = new Unpacker(bytes);
    long chunks = from.number();
    int size = from.integer();
    Map<String, Signal> signals = new TreeMap<>();
    for (int i = 0; i < size; i++) {
      String name = from.text();
      double partial = from.decimal();
      double recent = from.decimal();
      Learnt learnt =
          from.flag()
              ? new Learnt(
                  moments(from), moments(from), moments(from), from.decimal(), from.decimal())
              : Learnt.NOTHING;
      SignalChart.Params params = null;
      Cusum.State state = Cusum.State.NEW;
      if (from.flag()) {
        params =
            new SignalChart.Params(
                from.decimal(), from.decimal(), new Cusum.Params(from.decimal(), from.decimal()));
        state = new Cusum.State(from.decimal(), from.decimal(), from.number(), from.number());
      }
      signals.put(name, new Signal(learnt, params, state, partial, recent));
    }
    return new Signals(signals, chunks);
  }

  private static void pack(Moments moments, Packer to) {
    to.number(moments.count()).decimal(moments.mean()).decimal(moments.squares());
  }

  private static Moments moments(Unpacker from) {
    return new Moments(from.number(), from.decimal(), from.decimal());
  }
}
