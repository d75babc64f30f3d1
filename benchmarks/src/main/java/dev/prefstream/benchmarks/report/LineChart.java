package dev.prefstream.benchmarks.report;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A line for each series through its medians, with whiskers from least to most, as SVG. An axis
 * whose values span a factor of more than 20 is logarithmic.
 */
final class LineChart {

  private static final int LEFT = 80;
  private static final int TOP = 46;
  private static final int WIDTH = 560;
  private static final int HEIGHT = 300;
  private static final int LEGEND = 170;
  private static final double LOGARITHMIC_FROM = 20;
  private static final String[] COLOURS = {"#4878a8", "#c8553d", "#588157", "#8a5a9e", "#b8860b"};

  private final String arm;
  private final String axis;
  private final String unit;
  private final Map<String, TreeMap<Double, Summary>> series = new LinkedHashMap<>();

  /**
   * @param axis what the horizontal axis counts
   * @param unit of the vertical one
   */
  LineChart(String arm, String axis, String unit) {
    this.arm = arm;
    this.axis = axis;
    this.unit = unit.isEmpty() ? "share" : unit;
  }

  LineChart point(String name, double x, Summary y) {
    series.computeIfAbsent(name, key -> new TreeMap<>()).put(x, y);
    return this;
  }

  /** Maps values of one axis onto 0 to 1. */
  private record Scale(double from, double to, boolean logarithmic) {

    static Scale of(double least, double most) {
      boolean logarithmic = least > 0 && most / least > LOGARITHMIC_FROM;
      double from = logarithmic ? least : Math.min(0, least);
      return new Scale(from, most > from ? most : from + 1, logarithmic);
    }

    double at(double value) {
      return logarithmic
          ? Math.log(Math.max(value, from) / from) / Math.log(to / from)
          : (value - from) / (to - from);
    }

    double value(double share) {
      return logarithmic ? from * Math.pow(to / from, share) : from + share * (to - from);
    }
  }

  String svg() {
    Scale across =
        Scale.of(
            series.values().stream().mapToDouble(TreeMap::firstKey).min().orElse(0),
            series.values().stream().mapToDouble(TreeMap::lastKey).max().orElse(1));
    Scale up =
        Scale.of(
            series.values().stream()
                .flatMap(line -> line.values().stream())
                .mapToDouble(Summary::min)
                .min()
                .orElse(0),
            series.values().stream()
                .flatMap(line -> line.values().stream())
                .mapToDouble(Summary::max)
                .max()
                .orElse(1));
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %1$d %2$d\" width=\"%1$d\" height=\"%2$d\" font-family=\"sans-serif\" font-size=\"13\">\n"
            .formatted(LEFT + WIDTH + LEGEND, TOP + HEIGHT + 60));
    svg.append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
    text(svg, LEFT, 22, "start", "%s: %s by %s".formatted(arm, unit, axis));
    grid(svg, across, up);
    int number = 0;
    for (Map.Entry<String, TreeMap<Double, Summary>> line : series.entrySet()) {
      line(svg, line.getKey(), line.getValue(), across, up, number++);
    }
    return svg.append("</svg>\n").toString();
  }

  private void grid(StringBuilder svg, Scale across, Scale up) {
    for (int i = 0; i <= 4; i++) {
      double y = TOP + HEIGHT * (1 - i / 4.0);
      stroke(svg, LEFT, y, LEFT + WIDTH, y, "#ddd");
      text(svg, LEFT - 8, y + 4, "end", Numbers.shown(up.value(i / 4.0)));
    }
    series.values().stream()
        .flatMap(line -> line.keySet().stream())
        .distinct()
        .forEach(
            x -> {
              double at = LEFT + WIDTH * across.at(x);
              stroke(svg, at, TOP + HEIGHT, at, TOP + HEIGHT + 5, "black");
              text(svg, at, TOP + HEIGHT + 20, "middle", Numbers.shown(x));
            });
    stroke(svg, LEFT, TOP + HEIGHT, LEFT + WIDTH, TOP + HEIGHT, "black");
    text(svg, LEFT + WIDTH / 2.0, TOP + HEIGHT + 44, "middle", axis);
  }

  private static void line(
      StringBuilder svg,
      String name,
      TreeMap<Double, Summary> points,
      Scale across,
      Scale up,
      int number) {
    String colour = COLOURS[number % COLOURS.length];
    StringBuilder path = new StringBuilder();
    points.forEach(
        (x, y) -> {
          double at = LEFT + WIDTH * across.at(x);
          double median = TOP + HEIGHT * (1 - up.at(y.median()));
          path.append(
              String.format(Locale.ROOT, "%s%.1f %.1f ", path.isEmpty() ? "M" : "L", at, median));
          stroke(
              svg,
              at,
              TOP + HEIGHT * (1 - up.at(y.min())),
              at,
              TOP + HEIGHT * (1 - up.at(y.max())),
              colour);
          svg.append(
              String.format(
                  Locale.ROOT,
                  "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"/>%n",
                  at,
                  median,
                  colour));
        });
    svg.append(
        "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>\n"
            .formatted(path.toString().strip(), colour));
    double y = TOP + 8 + 20.0 * number;
    stroke(svg, LEFT + WIDTH + 14, y, LEFT + WIDTH + 34, y, colour);
    text(svg, LEFT + WIDTH + 40, y + 4, "start", name);
  }

  private static void stroke(
      StringBuilder svg, double x1, double y1, double x2, double y2, String colour) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>%n",
            x1,
            y1,
            x2,
            y2,
            colour));
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
