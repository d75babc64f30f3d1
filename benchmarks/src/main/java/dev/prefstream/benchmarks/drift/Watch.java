package dev.prefstream.benchmarks.drift;

import org.jspecify.annotations.Nullable;

/** A stream without any change, watched against a reference that was learnt of it. One thread. */
interface Watch {

  /**
   * Takes the stream's next value.
   *
   * @return the detector that alarms at it, after which all begin anew; null for none
   */
  @Nullable String next();
}
