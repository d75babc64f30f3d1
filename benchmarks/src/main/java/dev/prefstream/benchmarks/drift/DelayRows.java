package dev.prefstream.benchmarks.drift;

import java.util.List;

/** Rows whose delays are measured together, one reference after the other. */
interface DelayRows {

  List<DelayRow> rows();

  /** Takes one more reference, or stream, and lets all changes happen. From any thread. */
  void add(int reference);
}
