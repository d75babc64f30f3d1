package dev.prefstream.cli;

import java.time.Duration;

/** Durations and amounts as a user would write them in a configuration. */
public final class Units {

  private Units() {}

  /** Such as 7d, 12h, 90s; in the largest unit that divides it. */
  public static String duration(Duration duration) {
    long millis = duration.toMillis();
    if (millis % 86_400_000 == 0) {
      return millis / 86_400_000 + "d";
    } else if (millis % 3_600_000 == 0) {
      return millis / 3_600_000 + "h";
    } else if (millis % 60_000 == 0) {
      return millis / 60_000 + "m";
    }
    return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
  }

  /** Such as 8MiB, 64KiB, 512; in the largest unit that divides it. */
  public static String bytes(long bytes) {
    if (bytes != 0 && bytes % (1 << 20) == 0) {
      return (bytes >> 20) + "MiB";
    }
    return bytes != 0 && bytes % (1 << 10) == 0 ? (bytes >> 10) + "KiB" : Long.toString(bytes);
  }
}
