package dev.prefstream.drift.detect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Prints what each detector says of columns of CSV files: {@code DriftFiles FILE:COLUMN ...}. For
 * comparing detectors by hand, on the class path of the tests of this module.
 */
final class DriftFiles {

  private DriftFiles() {}

  public static void main(String[] args) throws IOException {
    for (String arg : args) {
      int colon = arg.lastIndexOf(':');
      double[] column = read(Path.of(arg.substring(0, colon)), arg.substring(colon + 1));
      System.out.println(Path.of(arg.substring(0, colon)).getFileName() + " " + column.length);
      print("default", column, FileDetection.DEFAULT_DETECTORS);
      for (String detector : List.of("adwin", "page-hinkley", "kswin")) {
        print(detector, column, List.of(detector));
      }
    }
  }

  private static void print(String name, double[] column, List<String> detectors) {
    String alarms =
        FileDetection.run(column, new FileDetection.Params(0, 0, detectors)).alarms().stream()
            .map(a -> a.row() + "(" + a.detector() + " since " + a.since() + ")")
            .collect(Collectors.joining(" "));
    System.out.printf("  %-14s %s%n", name, alarms);
  }

  private static double[] read(Path file, String column) throws IOException {
    List<String> lines = Files.readAllLines(file);
    int at = Arrays.asList(lines.get(0).split(",", -1)).indexOf(column);
    if (at < 0) {
      throw new IllegalArgumentException("no column " + column + " in " + file);
    }
    return lines.stream()
        .skip(1)
        .map(line -> line.split(",", -1)[at])
        .mapToDouble(text -> text.isBlank() ? Double.NaN : Double.parseDouble(text))
        .toArray();
  }
}
