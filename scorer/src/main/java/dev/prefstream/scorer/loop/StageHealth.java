package dev.prefstream.scorer.loop;

import dev.prefstream.runtime.service.Health;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How the stage is, put together from what its threads say. A failure stays; a thread that waits
 * out a TRANSIENT failure says so until it goes on. Safe for use by many threads.
 */
final class StageHealth {

  private volatile Health base = Health.starting("starting");
  private final Map<String, String> waits = new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable Throwable> fault = new AtomicReference<>();

  Health now() {
    Health health = base;
    if (health.state() == Health.State.READY && !waits.isEmpty()) {
      return Health.waiting(String.join("; ", waits.values()));
    }
    return health;
  }

  /** What the loop says of itself; nothing changes it after a failure. */
  synchronized void set(Health health) {
    if (base.state() != Health.State.FAILED) {
      base = health;
    }
  }

  /** The current thread waits for what the reason names. */
  void waiting(String reason) {
    waits.put(Thread.currentThread().getName(), reason);
  }

  /** The current thread goes on. */
  void goesOn() {
    waits.remove(Thread.currentThread().getName());
  }

  /** A thread met a failure of kind BUG: the loop is to stop. The first one counts. */
  void fault(Throwable failure) {
    fault.compareAndSet(null, failure);
  }

  @Nullable Throwable fault() {
    return fault.get();
  }
}
