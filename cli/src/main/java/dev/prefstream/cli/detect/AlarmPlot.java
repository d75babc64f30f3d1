package dev.prefstream.cli.detect;

import dev.prefstream.drift.detect.FileDetection.Alarm;
import java.util.List;
import java.util.Locale;

/**
 * A column as a curve with a mark at each alarm, as SVG. Columns longer than the plot is wide are
 * drawn by the least and greatest value of each pixel.
 */
final class AlarmPlot {

  private static final int WIDTH = 1000;
  private static final int HEIGHT = 320;
  private static final int LEFT = 86;
  private static final int RIGHT = 20;
  private static final int TOP = 44;
  private static final int BOTTOM = 34;
  private static final int CURVE = WIDTH - LEFT - RIGHT;

  private final String title;
  private final double[] values;
  private double low = Double.POSITIVE_INFINITY;
  private double high = Double.NEGATIVE_INFINITY;

  AlarmPlot(String title, double[] values) {
    this.title = title;
    this.values = values;
    for (double value : values) {
      if (!Double.isNaN(value)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
  }

  /** The plot; {@code truths} are rows of known changes, drawn dashed. */
  String svg(List<Alarm> alarms, List<Integer> truths) {
    StringBuilder svg = new StringBuilder();
    line(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %1$d %2$d\" width=\"%1$d\""
            + " height=\"%2$d\" font-family=\"sans-serif\" font-size=\"12\">",
        WIDTH,
        HEIGHT);
    line(svg, "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>");
    line(svg, "<text x=\"%d\" y=\"18\" font-size=\"14\">%s</text>", LEFT, escaped(title));
    axes(svg);
    for (int truth : truths) {
      line(
          svg,
          "<line x1=\"%1$.1f\" x2=\"%1$.1f\" y1=\"%2$d\" y2=\"%3$d\" stroke=\"#2a8a2a\""
              + " stroke-width=\"1.5\" stroke-dasharray=\"5 3\"/>",
          x(truth),
          TOP,
          HEIGHT - BOTTOM);
    }
    line(
        svg,
        "<path d=\"%s\" fill=\"none\" stroke=\"#33415c\" stroke-width=\"1\""
            + " stroke-linejoin=\"round\"/>",
        curve());
    for (Alarm alarm : alarms) {
      mark(svg, alarm);
    }
    return svg.append("</svg>\n").toString();
  }

  private void mark(StringBuilder svg, Alarm alarm) {
    double x = x(alarm.row());
    double since = x(alarm.since());
    line(
        svg,
        "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"#c1121f\""
            + " opacity=\"0.15\"/>",
        since,
        TOP,
        Math.max(0.5, x - since),
        HEIGHT - BOTTOM - TOP);
    line(
        svg,
        "<g><title>row %d: %s, since row %d</title>"
            + "<line x1=\"%4$.1f\" x2=\"%4$.1f\" y1=\"%5$d\" y2=\"%6$d\" stroke=\"#c1121f\""
            + " stroke-width=\"1.5\"/><path d=\"M%4$.1f %5$d l-5 -9 h10 z\" fill=\"#c1121f\"/></g>",
        alarm.row(),
        alarm.detector(),
        alarm.since(),
        x,
        TOP,
        HEIGHT - BOTTOM);
  }

  private void axes(StringBuilder svg) {
    line(
        svg,
        "<path d=\"M%d %d V%d H%d\" fill=\"none\" stroke=\"#999\"/>",
        LEFT,
        TOP,
        HEIGHT - BOTTOM,
        WIDTH - RIGHT);
    for (int i = 0; i <= 4; i++) {
      int row = (int) Math.round((values.length - 1) * i / 4.0);
      line(
          svg,
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\" fill=\"#555\">%s</text>",
          x(row),
          HEIGHT - BOTTOM + 18,
          i == 4 ? "end" : "middle",
          i == 4 ? "row " + row : Integer.toString(row));
    }
    for (double value :
        high > low ? new double[] {low, (low + high) / 2, high} : new double[] {low}) {
      line(
          svg,
          "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" fill=\"#555\">%.4g</text>",
          LEFT - 6,
          y(value) + 4,
          value);
    }
  }

  private String curve() {
    StringBuilder path = new StringBuilder();
    int step = Math.max(1, values.length / CURVE);
    boolean pen = false;
    for (int from = 0; from < values.length; from += step) {
      double least = Double.NaN;
      double most = Double.NaN;
      for (int i = from; i < Math.min(values.length, from + step); i++) {
        if (!Double.isNaN(values[i])) {
          least = Double.isNaN(least) ? values[i] : Math.min(least, values[i]);
          most = Double.isNaN(most) ? values[i] : Math.max(most, values[i]);
        }
      }
      if (Double.isNaN(least)) {
        pen = false;
        continue;
      }
      path.append(String.format(Locale.ROOT, "%s%.1f %.1f", pen ? "L" : "M", x(from), y(least)));
      path.append(most > least ? String.format(Locale.ROOT, "V%.1f", y(most)) : "");
      pen = true;
    }
    return path.toString();
  }

  private double x(int row) {
    return LEFT + (double) row / Math.max(1, values.length - 1) * CURVE;
  }

  private double y(double value) {
    double part = high > low ? (value - low) / (high - low) : 0.5;
    return HEIGHT - BOTTOM - 6 - part * (HEIGHT - BOTTOM - TOP - 14);
  }

  private static void line(StringBuilder svg, String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
