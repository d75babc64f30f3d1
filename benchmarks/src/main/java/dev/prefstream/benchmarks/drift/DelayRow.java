package dev.prefstream.benchmarks.drift;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How many values a change takes to be seen. Mutable; {@link #add} from any thread.
 *
 * @param target most that the median should be; 0 for none
 */
record DelayRow(String name, int target, List<Integer> delays) {

  DelayRow(String name, int target) {
    this(name, target, Collections.synchronizedList(new ArrayList<>()));
  }

  void add(int delay) {
    delays.add(delay);
  }

  /** Below which this part of the delays lies; of at least one. */
  int quantile(double part) {
    List<Integer> sorted = new ArrayList<>(delays);
    Collections.sort(sorted);
    return sorted.get((int) Math.min(sorted.size() - 1, part * sorted.size()));
  }
}
