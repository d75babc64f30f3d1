package dev.prefstream.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A horizontal bar for each figure, with a whisker from least to most, as SVG. */
final class BarChart {

  private static final int LABELS = 330;
  private static final int BARS = 420;
  private static final int VALUES = 210;
  private static final int LINE = 26;
  private static final int TOP = 40;

  private record Bar(String label, Summary summary) {}

  private final String unit;
  private final List<Bar> bars = new ArrayList<>();

  BarChart(String unit) {
    this.unit = unit;
  }

  BarChart bar(String label, Summary summary) {
    bars.add(new Bar(label, summary));
    return this;
  }

  String svg() {
    double most = bars.stream().mapToDouble(bar -> bar.summary.max()).max().orElse(0);
    double scale = most > 0 ? BARS / most : 0;
    int height = TOP + bars.size() * LINE + 10;
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %1$d %2$d\" width=\"%1$d\" height=\"%2$d\" font-family=\"sans-serif\" font-size=\"13\">\n"
            .formatted(LABELS + BARS + VALUES, height));
    svg.append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
    svg.append(text(LABELS, 22, "start", unit + ", median with least and most of the rounds"));
    int y = TOP;
    for (Bar bar : bars) {
      int centre = y + LINE / 2;
      svg.append(text(LABELS - 8, centre + 4, "end", bar.label));
      svg.append(
          String.format(
              Locale.ROOT,
              "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"#4878a8\"/>\n",
              LABELS,
              y + 4,
              Math.max(0, bar.summary.median() * scale),
              LINE - 8));
      svg.append(
          String.format(
              Locale.ROOT,
              "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%3$d\" y2=\"%3$d\" stroke=\"black\"/>\n",
              LABELS + Math.max(0, bar.summary.min() * scale),
              LABELS + Math.max(0, bar.summary.max() * scale),
              centre));
      svg.append(
          text(
              (int) (LABELS + Math.max(0, bar.summary.max() * scale)) + 8,
              centre + 4,
              "start",
              Numbers.shown(bar.summary)));
      y += LINE;
    }
    return svg.append("</svg>\n").toString();
  }

  private static String text(int x, int y, String anchor, String content) {
    return "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>\n"
        .formatted(
            x, y, anchor, content.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));
  }
}
