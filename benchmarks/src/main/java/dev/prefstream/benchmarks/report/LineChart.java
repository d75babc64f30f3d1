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
    SvgDrawing svg = new SvgDrawing(LEFT + WIDTH + LEGEND, TOP + HEIGHT + 60);
    svg.text(LEFT, 22, "start", "%s: %s by %s".formatted(arm, unit, axis));
    grid(svg, across, up);
    int number = 0;
    for (Map.Entry<String, TreeMap<Double, Summary>> line : series.entrySet()) {
      line(svg, line.getKey(), line.getValue(), across, up, number++);
    }
    return svg.end();
  }

  private void grid(SvgDrawing svg, Scale across, Scale up) {
    for (int i = 0; i <= 4; i++) {
      double y = TOP + HEIGHT * (1 - i / 4.0);
      svg.line(LEFT, y, LEFT + WIDTH, y, "#ddd", 1);
      svg.text(LEFT - 8, y + 4, "end", Numbers.shown(up.value(i / 4.0)));
    }
    series.values().stream()
        .flatMap(line -> line.keySet().stream())
        .distinct()
        .forEach(
            x -> {
              double at = LEFT + WIDTH * across.at(x);
              svg.line(at, TOP + HEIGHT, at, TOP + HEIGHT + 5, "black", 1);
              svg.text(at, TOP + HEIGHT + 20, "middle", Numbers.shown(x));
            });
    svg.line(LEFT, TOP + HEIGHT, LEFT + WIDTH, TOP + HEIGHT, "black", 1);
    svg.text(LEFT + WIDTH / 2.0, TOP + HEIGHT + 44, "middle", axis);
  }

  private static void line(
      SvgDrawing svg,
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
          svg.line(
              at,
              TOP + HEIGHT * (1 - up.at(y.min())),
              at,
              TOP + HEIGHT * (1 - up.at(y.max())),
              colour,
              1);
          svg.add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"/>%n", at, median, colour);
        });
    svg.add(
        "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>\n",
        path.toString().strip(), colour);
    double y = TOP + 8 + 20.0 * number;
    svg.line(LEFT + WIDTH + 14, y, LEFT + WIDTH + 34, y, colour, 1);
    svg.text(LEFT + WIDTH + 40, y + 4, "start", name);
  }
}
