package dev.prefstream.benchmarks;

import dev.prefstream.benchmarks.report.Figure;
import dev.prefstream.benchmarks.report.Results;
import java.nio.file.Path;

/**
 * One arm's turn.
 *
 * @param number 1 for the first round
 * @param folder empty and the arm's own; removed afterwards
 * @param results what turns before this one measured, and where this one's figures go
 */
record Round(int number, Scale scale, Path folder, Results results) {

  void record(Figure figure, double value) {
    results.record(figure, number, value);
  }

  void record(String id, String unit, double value) {
    record(Figure.of(id, unit), value);
  }
}
