package dev.prefstream.benchmarks.drift;

import dev.prefstream.benchmarks.report.SvgDrawing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A dot with an interval for each row on a logarithmic axis, as SVG. */
final class DotPlot {

  private static final int CHARACTER = 7;
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
    SvgDrawing svg = new SvgDrawing(labels() + WIDTH + RIGHT, bottom + 40);
    svg.text(labels(), 22, "start", title);
    Band wanted = band;
    if (wanted != null) {
      svg.add(
          "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"#dcebdc\"/>%n",
          at(wanted.from), TOP - 8, at(wanted.to) - at(wanted.from), bottom - TOP + 8);
    }
    for (double tick : ticks) {
      svg.line(at(tick), TOP - 8, at(tick), bottom, "#bbb", 1);
      svg.text(at(tick), bottom + 20, "middle", shown(tick));
    }
    int y = TOP + LINE / 2;
    for (Dot dot : dots) {
      svg.text(labels() - 10, y + 4, "end", dot.label);
      svg.line(at(dot.low), y, at(dot.high), y, "#4878a8", 2);
      svg.add("<circle cx=\"%.1f\" cy=\"%d\" r=\"4\" fill=\"#4878a8\"/>%n", at(dot.middle), y);
      if (dot.target > 0) {
        svg.line(at(dot.target), y - 8, at(dot.target), y + 8, "#c8553d", 3);
      }
      y += LINE;
    }
    return svg.end();
  }

  /** Where the axis begins: right of the longest label. */
  private int labels() {
    return 20 + CHARACTER * dots.stream().mapToInt(dot -> dot.label.length()).max().orElse(0);
  }

  private double at(double value) {
    double share = Math.log(Math.max(value, from) / from) / Math.log(to / from);
    return labels() + WIDTH * Math.min(1, share);
  }

  private static String shown(double tick) {
    return tick == Math.rint(tick)
        ? String.format(Locale.ROOT, "%,.0f", tick)
        : Double.toString(tick);
  }
}
