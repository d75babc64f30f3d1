package dev.prefstream.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;

/** Resident memory of a process, from Linux' {@code /proc}. */
final class ProcessMemory {

  private ProcessMemory() {}

  /** Now (VmRSS), in MiB; empty where the system does not tell. */
  static OptionalDouble nowMiB(long pid) {
    return read(pid, "VmRSS:");
  }

  /** The most since the process began (VmHWM), in MiB; empty where the system does not tell. */
  static OptionalDouble peakMiB(long pid) {
    return read(pid, "VmHWM:");
  }

  private static OptionalDouble read(long pid, String field) {
    try {
      return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
          .filter(line -> line.startsWith(field))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
          .findFirst();
    } catch (IOException e) {
      return OptionalDouble.empty();
    }
  }
}
