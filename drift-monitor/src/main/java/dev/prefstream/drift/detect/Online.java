package dev.prefstream.drift.detect;

import org.jspecify.annotations.Nullable;

/** A detector that needs no reference, at the settings its library or rule has by default. */
interface Online {

  /** Values without an alarm after which the next alarm is another incident. */
  int QUIET = 1000;

  /** Adds a value; what it reads when that is an alarm, after which it begins anew. */
  @Nullable Finding add(double value);

  static Online named(String detector) {
    return switch (detector) {
      case "fixed-band" -> new Band();
      case "adwin" -> new Cutting();
      case "page-hinkley" -> new Hinkley();
      case "kswin" -> new Sampling();
      default -> throw new IllegalArgumentException("found detector " + detector);
    };
  }

  /** The fixed band over the values as they are. */
  final class Band implements Online {
    private static final FixedBand.Params PARAMS = new FixedBand.Params(1000, 0.15);
    private final double[] window = new double[PARAMS.window()];
    private long count;
    private double sum;

    @Override
    public @Nullable Finding add(double value) {
      int at = (int) (count++ % window.length);
      sum += value - window[at];
      window[at] = value;
      double distance = Math.abs(sum / window.length - FixedBand.CENTRE);
      return count >= window.length && distance > PARAMS.band() + 1e-12
          ? new Finding("fixed-band", distance, PARAMS.band())
          : null;
    }
  }

  /** ADWIN goes on with what it kept. */
  final class Cutting implements Online {
    private final Adwin adwin = new Adwin(Adwin.Params.DEFAULT);

    @Override
    public @Nullable Finding add(double value) {
      return adwin.add(value)
          ? new Finding("adwin", adwin.lastDifference(), adwin.lastBound())
          : null;
    }
  }

  /** Page-Hinkley begins anew. */
  final class Hinkley implements Online {
    private PageHinkley.State state = PageHinkley.State.NEW;

    @Override
    public @Nullable Finding add(double value) {
      state = state.plus(value, PageHinkley.Params.DEFAULT);
      if (!state.alarm(PageHinkley.Params.DEFAULT)) {
        return null;
      }
      Finding finding =
          new Finding("page-hinkley", state.statistic(), PageHinkley.Params.DEFAULT.threshold());
      state = PageHinkley.State.NEW;
      return finding;
    }
  }

  /** KSWIN goes on with its newest values. */
  final class Sampling implements Online {
    private final Kswin kswin = new Kswin(Kswin.Params.DEFAULT);
    private final double threshold = kswin.threshold();

    @Override
    public @Nullable Finding add(double value) {
      return kswin.add(value) ? new Finding("kswin", kswin.lastDistance(), threshold) : null;
    }
  }
}
