package dev.prefstream.scorer.loop;

import java.time.Clock;
import java.util.function.LongSupplier;

/**
 * Where the loop's parts read the time.
 *
 * @param wall for what is written on records
 * @param nanos for spans, as {@link System#nanoTime()}
 */
record Time(Clock wall, LongSupplier nanos) {

  static Time system() {
    return new Time(Clock.systemUTC(), System::nanoTime);
  }

  long now() {
    return nanos.getAsLong();
  }
}
