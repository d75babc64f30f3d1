package dev.prefstream.benchmarks.report;

import java.util.ArrayList;
import java.util.List;

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
    SvgDrawing svg = new SvgDrawing(LABELS + BARS + VALUES, height);
    svg.text(LABELS, 22, "start", unit + ", median with least and most of the rounds");
    int y = TOP;
    for (Bar bar : bars) {
      int centre = y + LINE / 2;
      svg.text(LABELS - 8, centre + 4, "end", bar.label);
      svg.add(
          "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"#4878a8\"/>\n",
          LABELS, y + 4, Math.max(0, bar.summary.median() * scale), LINE - 8);
      svg.add(
          "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%3$d\" y2=\"%3$d\" stroke=\"black\"/>\n",
          LABELS + Math.max(0, bar.summary.min() * scale),
          LABELS + Math.max(0, bar.summary.max() * scale),
          centre);
      svg.text(
          (int) (LABELS + Math.max(0, bar.summary.max() * scale)) + 8,
          centre + 4,
          "start",
          Numbers.shown(bar.summary));
      y += LINE;
    }
    return svg.end();
  }
}
