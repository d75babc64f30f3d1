package dev.prefstream.cli.detect;

import dev.prefstream.drift.detect.FileDetection.Alarm;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A column as a curve with a mark at each alarm, as SVG, and a legend of what is drawn beside it.
 * Columns longer than the plot is wide are drawn by the least and greatest value of each pixel.
 */
final class AlarmPlot {

  private static final int WIDTH = 1000;
  private static final int HEIGHT = 320;
  private static final int LEFT = 86;
  private static final int RIGHT = 20;
  private static final int TOP = 44;
  private static final int BOTTOM = 34;
  private static final int CURVE = WIDTH - LEFT - RIGHT;
  private static final int VALUE_TICKS = 5;
  private static final int ROW_TICKS = 8;

  /** Right of it the row axis is named. */
  private static final int LAST_TICK = WIDTH - RIGHT - 40;

  private static final String ALARM_COLOUR = "#c1121f";
  private static final String TRUTH_COLOUR = "#2a8a2a";

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
    legend(svg, !alarms.isEmpty(), !truths.isEmpty());
    axes(svg);
    for (int truth : truths) {
      line(
          svg,
          "<line x1=\"%1$.1f\" x2=\"%1$.1f\" y1=\"%2$d\" y2=\"%3$d\" stroke=\"%4$s\""
              + " stroke-width=\"1.5\" stroke-dasharray=\"5 3\"/>",
          x(truth),
          TOP,
          HEIGHT - BOTTOM,
          TRUTH_COLOUR);
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
        "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\""
            + " opacity=\"0.15\"/>",
        since,
        TOP,
        Math.max(0.5, x - since),
        HEIGHT - BOTTOM - TOP,
        ALARM_COLOUR);
    line(
        svg,
        "<g><title>row %d: %s, since row %d</title>"
            + "<line x1=\"%4$.1f\" x2=\"%4$.1f\" y1=\"%5$d\" y2=\"%6$d\" stroke=\"%7$s\""
            + " stroke-width=\"1.5\"/><path d=\"M%4$.1f %5$d l-5 -9 h10 z\" fill=\"%7$s\"/></g>",
        alarm.row(),
        alarm.detector(),
        alarm.since(),
        x,
        TOP,
        HEIGHT - BOTTOM,
        ALARM_COLOUR);
  }

  private static void legend(StringBuilder svg, boolean alarms, boolean truths) {
    if (truths) {
      line(
          svg,
          "<path d=\"M645 14 h24\" stroke=\"%s\" stroke-width=\"1.5\" stroke-dasharray=\"5 3\"/>"
              + "<text x=\"675\" y=\"18\" fill=\"#555\">known change</text>",
          TRUTH_COLOUR);
    }
    if (alarms) {
      line(
          svg,
          "<path d=\"M780 18 l-5 -9 h10 z\" fill=\"%s\"/>"
              + "<text x=\"791\" y=\"18\" fill=\"#555\">alarm, shaded: since when</text>",
          ALARM_COLOUR);
    }
  }

  private void axes(StringBuilder svg) {
    line(
        svg,
        "<path d=\"M%d %d V%d H%d\" fill=\"none\" stroke=\"#999\"/>",
        LEFT,
        TOP,
        HEIGHT - BOTTOM,
        WIDTH - RIGHT);
    for (double row : ticks(0, values.length - 1, ROW_TICKS, 1)) {
      if (x((int) row) <= LAST_TICK) {
        line(
            svg,
            "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#555\">%,.0f</text>",
            x((int) row),
            HEIGHT - BOTTOM + 18,
            row);
      }
    }
    line(
        svg,
        "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#555\">row</text>",
        WIDTH - RIGHT,
        HEIGHT - BOTTOM + 18);
    for (double value : ticks(low, high, VALUE_TICKS, 0)) {
      line(
          svg,
          "<path d=\"M%1$d %2$.1f H%3$d\" stroke=\"#eee\"/>"
              + "<text x=\"%4$d\" y=\"%5$.1f\" text-anchor=\"end\" fill=\"#555\">%6$s</text>",
          LEFT,
          y(value),
          WIDTH - RIGHT,
          LEFT - 6,
          y(value) + 4,
          number(value));
    }
  }

  /** Round numbers between two, about so many; the first alone where there is nothing between. */
  private static List<Double> ticks(double from, double to, int about, double leastStep) {
    if (!(to > from)) {
      return List.of(from);
    }
    double rough = (to - from) / about;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double step = Math.max(leastStep, power * (rough > 5 * power ? 10 : rough > 2 * power ? 5 : 2));
    List<Double> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(from / step); i * step <= to; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  /** To six digits; with a power of ten only where it would not fit beside the axis. */
  private static String number(double value) {
    BigDecimal rounded = new BigDecimal(value, new MathContext(6)).stripTrailingZeros();
    boolean plain = value == 0 || (Math.abs(value) < 1e9 && Math.abs(value) >= 1e-5);
    return plain
        ? String.format(Locale.ROOT, "%,." + Math.max(0, rounded.scale()) + "f", rounded)
        : String.format(Locale.ROOT, "%.3g", value);
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
