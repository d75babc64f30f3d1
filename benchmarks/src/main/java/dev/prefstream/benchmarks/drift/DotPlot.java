package dev.prefstream.benchmarks.drift;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A dot with an interval for each row on a logarithmic axis, as SVG. */
final class DotPlot {

  private static final int LABELS = 400;
  private static final int WIDTH = 480;
  private static final int RIGHT = 30;
  private static final int LINE = 22;
  private static final int TOP = 54;

  private record Dot(String label, double low, double middle, double high, double target) {}

  private record Band(double from, double to) {}

  private final String title;
  private final double from;
  private final double to;
  private final double[] ticks;
  private final List<Dot> dots = new ArrayList<>();
  private @Nullable Band band;

  /**
   * @param from where the axis begins, above 0; what lies below is drawn there
   * @param to where it ends
   */
  DotPlot(String title, double from, double to, double... ticks) {
    this.title = title;
    this.from = from;
    this.to = to;
    this.ticks = ticks.clone();
  }

  /** Where dots should lie. */
  DotPlot band(double least, double most) {
    band = new Band(least, most);
    return this;
  }

  /**
   * Adds a row.
   *
   * @param target most that the dot should be at; 0 for none
   */
  DotPlot dot(String label, double low, double middle, double high, double target) {
    dots.add(new Dot(label, low, middle, high, target));
    return this;
  }

  String svg() {
    int bottom = TOP + dots.size() * LINE;
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %1$d %2$d\" width=\"%1$d\" height=\"%2$d\" font-family=\"sans-serif\" font-size=\"13\">\n"
            .formatted(LABELS + WIDTH + RIGHT, bottom + 40));
    svg.append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
    text(svg, LABELS, 22, "start", title);
    Band wanted = band;
    if (wanted != null) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"#dcebdc\"/>%n",
              at(wanted.from),
              TOP - 8,
              at(wanted.to) - at(wanted.from),
              bottom - TOP + 8));
    }
    for (double tick : ticks) {
      line(svg, at(tick), TOP - 8, at(tick), bottom, "#bbb", 1);
      text(svg, at(tick), bottom + 20, "middle", shown(tick));
    }
    int y = TOP + LINE / 2;
    for (Dot dot : dots) {
      text(svg, LABELS - 10, y + 4, "end", dot.label);
      line(svg, at(dot.low), y, at(dot.high), y, "#4878a8", 2);
      svg.append(
          String.format(
              Locale.ROOT,
              "<circle cx=\"%.1f\" cy=\"%d\" r=\"4\" fill=\"#4878a8\"/>%n",
              at(dot.middle),
              y));
      if (dot.target > 0) {
        line(svg, at(dot.target), y - 8, at(dot.target), y + 8, "#c8553d", 3);
      }
      y += LINE;
    }
    return svg.append("</svg>\n").toString();
  }

  private double at(double value) {
    double share = Math.log(Math.max(value, from) / from) / Math.log(to / from);
    return LABELS + WIDTH * Math.min(1, share);
  }

  private static String shown(double tick) {
    return tick == Math.rint(tick)
        ? String.format(Locale.ROOT, "%,.0f", tick)
        : Double.toString(tick);
  }

  private static void line(
      StringBuilder svg, double x1, double y1, double x2, double y2, String colour, int width) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%d\"/>%n",
            x1,
            y1,
            x2,
            y2,
            colour,
            width));
  }

  private static void text(StringBuilder svg, double x, double y, String anchor, String content) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
            x,
            y,
            anchor,
            content.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")));
  }
}
