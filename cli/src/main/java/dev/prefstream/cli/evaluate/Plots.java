package dev.prefstream.cli.evaluate;

import dev.prefstream.cli.evaluate.Chart.Axis;
import dev.prefstream.cli.evaluate.statistics.Ranking;
import dev.prefstream.cli.evaluate.statistics.Reliability;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The plots of a report, by file name. */
final class Plots {

  private static final int BARS = 20;

  private final String subtitle;
  private final Map<String, String> files = new LinkedHashMap<>();

  /**
   * @param subtitle model and file
   */
  Plots(String subtitle) {
    this.subtitle = subtitle;
  }

  /** SVG by file name. */
  Map<String, String> files() {
    return files;
  }

  /** The ROC curve, with the point of a threshold if there is one. */
  Plots roc(String title, double[] scores, boolean[] labels, double threshold) {
    Ranking ranking = new Ranking(scores, labels);
    Chart chart =
        new Chart(
                title,
                subtitle,
                Axis.share("false positive rate"),
                Axis.share("true positive rate"))
            .line(List.of(new double[] {0, 0}, new double[] {1, 1}), Chart.GREY, true)
            .line(
                ranking.curve().stream()
                    .map(
                        point -> new double[] {point.falsePositiveRate(), point.truePositiveRate()})
                    .toList(),
                Chart.BLUE,
                false);
    if (!Double.isNaN(threshold)) {
      double[] rates = rates(scores, labels, threshold);
      chart.dot(rates[0], rates[1], Chart.ORANGE).legend("threshold " + threshold, Chart.ORANGE);
    }
    files.put("roc.svg", chart.legend("AUC " + Words.figure(ranking.auc()), Chart.BLUE).svg());
    return this;
  }

  /** Observed against predicted, with Wilson's intervals. */
  Plots reliability(String title, String event, double[] scores, boolean[] labels) {
    Chart chart =
        new Chart(title, subtitle, Axis.share("predicted probability"), Axis.share(event))
            .line(List.of(new double[] {0, 0}, new double[] {1, 1}), Chart.GREY, true);
    for (Reliability.Bin bin : Reliability.bins(scores, labels)) {
      chart
          .line(
              List.of(
                  new double[] {bin.predicted(), bin.observed().low()},
                  new double[] {bin.predicted(), bin.observed().high()}),
              Chart.BLUE,
              false)
          .dot(bin.predicted(), bin.observed().value(), Chart.BLUE);
    }
    files.put(
        "reliability.svg",
        chart
            .legend(
                "ECE " + Words.figure(Reliability.error(scores, labels)) + ", bars: 95 %",
                Chart.BLUE)
            .svg());
    return this;
  }

  /** Scores of both classes, each as shares of its own rows. */
  Plots histogram(
      String title, String positive, String negative, double[] scores, boolean[] labels) {
    double[] up = shares(scores, labels, true);
    double[] down = shares(scores, labels, false);
    double most = Math.max(Arrays.stream(up).max().orElse(0), Arrays.stream(down).max().orElse(0));
    double high = Math.max(0.1, Math.ceil(most * 10) / 10);
    List<Double> ticks =
        IntStream.rangeClosed(0, 5).mapToObj(i -> Math.round(high * i * 200) / 1_000.0).toList();
    Chart chart =
        new Chart(
            title,
            subtitle,
            Axis.share("score"),
            new Axis("share of its rows", 0, high, false, ticks));
    for (int i = 0; i < BARS; i++) {
      double from = (double) i / BARS;
      chart
          .bar(from, from + 1.0 / BARS, down[i], Chart.BLUE)
          .bar(from, from + 1.0 / BARS, up[i], Chart.ORANGE);
    }
    files.put(
        "scores.svg", chart.legend(positive, Chart.ORANGE).legend(negative, Chart.BLUE).svg());
    return this;
  }

  private static double[] shares(double[] scores, boolean[] labels, boolean of) {
    double[] shares = new double[BARS];
    int rows = 0;
    for (int i = 0; i < scores.length; i++) {
      if (labels[i] == of) {
        shares[Math.min(BARS - 1, (int) (scores[i] * BARS))]++;
        rows++;
      }
    }
    for (int i = 0; i < BARS && rows > 0; i++) {
      shares[i] /= rows;
    }
    return shares;
  }

  private static double[] rates(double[] scores, boolean[] labels, double threshold) {
    List<Double> rates = new ArrayList<>();
    for (boolean label : new boolean[] {false, true}) {
      int[] own = IntStream.range(0, scores.length).filter(i -> labels[i] == label).toArray();
      rates.add(
          (double) Arrays.stream(own).filter(i -> scores[i] > threshold).count() / own.length);
    }
    return new double[] {rates.get(0), rates.get(1)};
  }
}
