package dev.prefstream.drift;

import dev.prefstream.drift.detect.Learning;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What segments of one task are learning: each moves on a part with each step of its segment, and
 * is through after a number of steps that is set beforehand. So the outcome depends on the
 * segment's predictions alone, while no step takes long.
 *
 * <p>Held in memory only. After a restart a learning begins again, and spreads what it lacks over
 * the steps that are left. Of more than {@link #AT_ONCE} the rest wait, and the work of one that
 * waits to its last step is done there. Mutable; one thread.
 */
final class InProgress<L extends Learning> {

  /** Learnings that move on at the same time; each takes some megabyte. */
  static final int AT_ONCE = 32;

  /**
   * @param to what it learns ends here, as the segment counts
   * @param from steps that were over when it began
   */
  private record Begun<L>(L learning, long to, int from) {}

  private final Map<String, Begun<L>> bySegment = new HashMap<>();

  /**
   * Moves a segment's learning on, and begins it where it is not there.
   *
   * @param to what it learns ends here, as the segment counts
   * @param step steps that are over, from 0
   * @param last step at which it is through
   * @return the learning at its last step, whose work may not all be done; else null
   */
  @Nullable L at(String segment, long to, int step, int last, Supplier<L> begin) {
    Begun<L> begun = bySegment.get(segment);
    if (begun != null && begun.to != to) {
      bySegment.remove(segment);
      begun = null;
    }
    if (step >= last) {
      bySegment.remove(segment);
      return begun == null ? begin.get() : begun.learning;
    }
    if (begun == null && bySegment.size() < AT_ONCE) {
      begun = new Begun<>(begin.get(), to, step);
      bySegment.put(segment, begun);
    }
    if (begun != null) {
      begun.learning.advance((step - begun.from) / (double) (last - begun.from));
    }
    return null;
  }

  /** The segment learns nothing. */
  void forget(String segment) {
    bySegment.remove(segment);
  }
}
