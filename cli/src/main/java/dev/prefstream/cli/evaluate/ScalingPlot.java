package dev.prefstream.cli.evaluate;

import dev.prefstream.cli.evaluate.Chart.Axis;
import dev.prefstream.cli.evaluate.statistics.Estimate;
import dev.prefstream.cli.evaluate.statistics.FlooredPowerLaw;
import dev.prefstream.cli.evaluate.statistics.PowerLaw;
import dev.prefstream.cli.evaluate.statistics.PowerLaw.Point;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/** Points and fitted laws on two logarithmic axes. */
final class ScalingPlot {

  private static final int STEPS = 60;

  private ScalingPlot() {}

  static String svg(
      String file,
      List<Point> points,
      PowerLaw law,
      @Nullable FlooredPowerLaw floored,
      List<Double> at) {
    double[] computes =
        DoubleStream.concat(
                points.stream().mapToDouble(Point::compute), at.stream().mapToDouble(a -> a))
            .sorted()
            .toArray();
    double from = Math.pow(10, Math.floor(Math.log10(computes[0])));
    double to = Math.pow(10, Math.ceil(Math.log10(computes[computes.length - 1])));
    double least =
        Math.min(points.stream().mapToDouble(Point::loss).min().orElseThrow(), law.at(to));
    double most =
        Math.max(points.stream().mapToDouble(Point::loss).max().orElseThrow(), law.at(from));
    Axis x = new Axis("compute", from, Math.max(to, from * 10), true, decades(from, to));
    Axis y = new Axis("loss", least / 1.3, most * 1.3, true, steps(least / 1.3, most * 1.3));
    Chart chart = new Chart("Scaling: loss over compute", file, x, y);
    List<double[]> band = new ArrayList<>();
    List<double[]> upper = new ArrayList<>();
    List<double[]> line = new ArrayList<>();
    List<double[]> curve = new ArrayList<>();
    for (int i = 0; i <= STEPS; i++) {
      double compute = from * Math.pow(x.high() / from, (double) i / STEPS);
      Estimate predicted = law.predict(compute);
      line.add(new double[] {compute, predicted.value()});
      if (!Double.isNaN(predicted.low())) {
        band.add(new double[] {compute, Math.max(predicted.low(), y.low() / 2)});
        upper.add(new double[] {compute, Math.min(predicted.high(), y.high() * 2)});
      }
      if (floored != null) {
        curve.add(new double[] {compute, floored.at(compute)});
      }
    }
    Collections.reverse(upper);
    band.addAll(upper);
    if (!band.isEmpty()) {
      chart.area(band, Chart.BLUE);
    }
    chart.line(line, Chart.BLUE, false);
    if (floored != null) {
      chart.line(curve, Chart.ORANGE, true);
    }
    points.forEach(point -> chart.dot(point.compute(), point.loss(), "#1f2933"));
    chart.legend("alpha " + Words.figure(law.alpha()), Chart.BLUE);
    if (floored != null) {
      chart.legend(
          "with floor "
              + Words.figure(floored.floor().value())
              + ", alpha "
              + Words.figure(floored.alpha().value()),
          Chart.ORANGE);
    }
    return chart.svg();
  }

  private static List<Double> decades(double from, double to) {
    List<Double> ticks = new ArrayList<>();
    int all = (int) Math.round(Math.log10(to / from));
    int each = Math.max(1, all / 6);
    for (int i = 0; i <= all; i += each) {
      ticks.add(from * Math.pow(10, i));
    }
    return ticks;
  }

  /** Round values of about equal distance in logarithms. */
  private static List<Double> steps(double low, double high) {
    List<Double> ticks = new ArrayList<>();
    double ratio = Math.pow(high / low, 1.0 / 5);
    for (double value = low * Math.sqrt(ratio); value < high; value *= ratio) {
      double digit = Math.pow(10, Math.floor(Math.log10(value)) - 1);
      ticks.add(Math.rint(value / digit) * digit);
    }
    return ticks.stream()
        .map(tick -> Double.parseDouble(String.format(java.util.Locale.ROOT, "%.2g", tick)))
        .distinct()
        .toList();
  }
}
