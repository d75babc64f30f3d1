package dev.prefstream.benchmarks.report;

import java.util.Locale;

/** Lines and texts of a chart on white ground, in pixels from the upper left corner. */
public final class SvgDrawing {

  private final StringBuilder svg = new StringBuilder();

  /** An empty one of this size. */
  public SvgDrawing(int width, int height) {
    svg.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %1$d %2$d\" width=\"%1$d\" height=\"%2$d\" font-family=\"sans-serif\" font-size=\"13\">\n"
            .formatted(width, height));
    svg.append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
  }

  /** Adds a line of this width. */
  public void line(double x1, double y1, double x2, double y2, String colour, int width) {
    add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%d\"/>%n",
        x1, y1, x2, y2, colour, width);
  }

  /**
   * Adds a text.
   *
   * @param anchor start, middle or end: which part of it stands at x
   */
  public void text(double x, double y, String anchor, String content) {
    add(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
        x, y, anchor, content.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));
  }

  /** Adds an element as it is formatted for no language. */
  public void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values));
  }

  /** The whole file. */
  public String end() {
    return svg + "</svg>\n";
  }
}
