package dev.prefstream.cli.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A square plot as SVG: two axes with ticks, and marks drawn in the order in which they are added.
 */
final class Chart {

  static final String BLUE = "#2b6cb0";
  static final String ORANGE = "#c05621";
  static final String GREY = "#9aa5b1";

  private static final int SIDE = 320;
  private static final int LEFT = 64;
  private static final int TOP = 50;
  private static final int WIDTH = LEFT + SIDE + 28;
  private static final int HEIGHT = TOP + SIDE + 54;

  private final String title;
  private final String subtitle;
  private final Axis x;
  private final Axis y;
  private final List<String> marks = new ArrayList<>();
  private final List<String> legend = new ArrayList<>();

  /**
   * An axis.
   *
   * @param ticks values with a grid line and a label
   */
  record Axis(String name, double low, double high, boolean logarithmic, List<Double> ticks) {

    /** From 0 to 1. */
    static Axis share(String name) {
      return new Axis(name, 0, 1, false, List.of(0.0, 0.2, 0.4, 0.6, 0.8, 1.0));
    }

    double place(double value) {
      return logarithmic
          ? Math.log(value / low) / Math.log(high / low)
          : (value - low) / (high - low);
    }
  }

  Chart(String title, String subtitle, Axis x, Axis y) {
    this.title = title;
    this.subtitle = subtitle;
    this.x = x;
    this.y = y;
  }

  /** A line through points given as x, y. */
  Chart line(List<double[]> points, String colour, boolean dashed) {
    StringBuilder path = new StringBuilder();
    for (double[] point : points) {
      path.append(path.isEmpty() ? "M" : " L").append(at(point[0], point[1]));
    }
    marks.add(
        "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.8\"%s/>"
            .formatted(path, colour, dashed ? " stroke-dasharray=\"4 4\"" : ""));
    return this;
  }

  /** A filled area between the points, which go round it. */
  Chart area(List<double[]> points, String colour) {
    StringBuilder path = new StringBuilder();
    for (double[] point : points) {
      path.append(path.isEmpty() ? "M" : " L").append(at(point[0], point[1]));
    }
    marks.add(
        "<path d=\"%s Z\" fill=\"%s\" fill-opacity=\"0.18\" stroke=\"none\"/>"
            .formatted(path, colour));
    return this;
  }

  Chart dot(double px, double py, String colour) {
    String[] at = at(px, py).split(",");
    marks.add("<circle cx=\"%s\" cy=\"%s\" r=\"4\" fill=\"%s\"/>".formatted(at[0], at[1], colour));
    return this;
  }

  /** A bar that stands on the bottom of the plot. */
  Chart bar(double from, double to, double height, String colour) {
    double left = px(from);
    double top = py(height);
    marks.add(
        number(
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\""
                + colour
                + "\" fill-opacity=\"0.55\"/>",
            left,
            top,
            px(to) - left,
            TOP + SIDE - top));
    return this;
  }

  /** An entry of the legend, inside the plot, from the top. */
  Chart legend(String name, String colour) {
    int at = TOP + 18 + 17 * (legend.size() / 2);
    legend.add(
        "<rect x=\"%d\" y=\"%d\" width=\"10\" height=\"10\" fill=\"%s\"/>"
            .formatted(LEFT + 12, at - 9, colour));
    legend.add("<text x=\"%d\" y=\"%d\">%s</text>".formatted(LEFT + 28, at, escaped(name)));
    return this;
  }

  String svg() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\" font-family=\"sans-serif\" font-size=\"11\" fill=\"#1f2933\">"
            .formatted(WIDTH, HEIGHT, WIDTH, HEIGHT));
    lines.add("<title>%s</title>".formatted(escaped(title + ": " + subtitle)));
    lines.add("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
    lines.add(
        "<text x=\"%d\" y=\"20\" font-size=\"14\" font-weight=\"bold\">%s</text>"
            .formatted(LEFT, escaped(title)));
    lines.add(
        "<text x=\"%d\" y=\"38\" fill=\"#52606d\">%s</text>".formatted(LEFT, escaped(subtitle)));
    for (double tick : x.ticks()) {
      lines.add(
          number(
              "<line x1=\"%1$.1f\" y1=\"%2$d\" x2=\"%1$.1f\" y2=\"%3$d\" stroke=\"#e4e7eb\"/>",
              px(tick), TOP, TOP + SIDE));
      lines.add(
          number(
              "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
              px(tick), TOP + SIDE + 16, label(tick)));
    }
    for (double tick : y.ticks()) {
      lines.add(
          number(
              "<line x1=\"%1$d\" y1=\"%2$.1f\" x2=\"%3$d\" y2=\"%2$.1f\" stroke=\"#e4e7eb\"/>",
              LEFT, py(tick), LEFT + SIDE));
      lines.add(
          number(
              "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
              LEFT - 8, py(tick) + 4, label(tick)));
    }
    lines.add(
        "<clipPath id=\"plot\"><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/></clipPath>"
            .formatted(LEFT - 5, TOP - 5, SIDE + 10, SIDE + 10));
    lines.add("<g clip-path=\"url(#plot)\">");
    lines.addAll(marks);
    lines.add("</g>");
    lines.addAll(legend);
    lines.add(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>"
            .formatted(LEFT + SIDE / 2, TOP + SIDE + 38, escaped(x.name())));
    lines.add(
        "<text x=\"18\" y=\"%1$d\" text-anchor=\"middle\" transform=\"rotate(-90 18 %1$d)\">%2$s</text>"
            .formatted(TOP + SIDE / 2, escaped(y.name())));
    lines.add("</svg>");
    return String.join("\n", lines) + "\n";
  }

  private double px(double value) {
    return LEFT + x.place(value) * SIDE;
  }

  private double py(double value) {
    return TOP + (1 - y.place(value)) * SIDE;
  }

  private String at(double px, double py) {
    return number("%.1f,%.1f", px(px), py(py));
  }

  private static String label(double tick) {
    if (tick != 0 && (Math.abs(tick) >= 1e5 || Math.abs(tick) < 1e-3)) {
      return number("%.0e", tick).replace("e+", "e");
    }
    return tick == Math.rint(tick) && Math.abs(tick) >= 2
        ? number("%,d", (long) tick)
        : number("%s", Double.toString(tick));
  }

  private static String number(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
