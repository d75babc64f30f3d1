package dev.prefstream.scorer.loop;

import dev.prefstream.scorer.pack.Batch;
import dev.prefstream.scorer.pack.Packer;
import dev.prefstream.scorer.pack.Packing;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The packer between preparers and device workers. Workers come for batches by themselves, so that
 * the device goes on while the loop commits. Safe for use by many threads.
 */
final class Dispatcher {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Packer<Row> packer;
  private final boolean sharedDevice;
  private final Time time;
  private final AtomicLong unprepared = new AtomicLong();
  private volatile long packedTokens;
  private int working;

  /**
   * @param sharedDevice whether the workers' sessions share one device, so that a worker that comes
   *     while another one's batch runs may wait for company; else each has cores of its own
   */
  Dispatcher(Packing packing, boolean sharedDevice, Time time) {
    this.packer = new Packer<>(packing);
    this.sharedDevice = sharedDevice;
    this.time = time;
  }

  /** A row was polled and goes to a preparer. */
  void expect(Row row) {
    unprepared.addAndGet(row.estimatedTokens);
  }

  /** A preparer is done with a row, whether it comes here or has ended. */
  void arrived(Row row) {
    unprepared.addAndGet(-row.estimatedTokens);
  }

  /** Takes a prepared row. */
  void add(Row row) {
    Row.Prepared prepared = row.prepared();
    lock.lock();
    try {
      packer.add(prepared.served(), row, prepared.text().cost(), time.now());
      packedTokens = packer.tokens();
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** The next batch; blocks until there is one. The worker calls {@link #done} after it. */
  Batch<Row> take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        Optional<Batch<Row>> batch = packer.next(time.now(), !sharedDevice || working == 0);
        packedTokens = packer.tokens();
        if (batch.isPresent()) {
          working++;
          if (packer.rows() > 0) {
            changed.signal();
          }
          return batch.get();
        }
        OptionalLong due = packer.dueNanos();
        if (due.isPresent()) {
          changed.await(Math.max(1, due.getAsLong() - time.now()), TimeUnit.NANOSECONDS);
        } else {
          changed.await();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** A worker's batch is through. */
  void done() {
    lock.lock();
    try {
      working--;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The device had too little memory for so many padded tokens: no batch is as large again.
   *
   * @return the budget from now on
   */
  int shrinkBudget(long failedTokens) {
    lock.lock();
    try {
      int budget = (int) Math.max(1, Math.min(packer.packing().tokenBudget(), failedTokens) / 2);
      packer.packing(packer.packing().withTokenBudget(budget));
      return budget;
    } finally {
      lock.unlock();
    }
  }

  /** Takes out rows that nobody waits for any more. */
  void removeDropped() {
    lock.lock();
    try {
      packer.removeIf(
          row -> {
            if (row.dropped()) {
              row.release();
            }
            return row.dropped();
          });
      packedTokens = packer.tokens();
    } finally {
      lock.unlock();
    }
  }

  /** Tokens that wait for the device, those of rows at the preparers estimated. */
  long queuedTokens() {
    return unprepared.get() + packedTokens;
  }

  /** Most padded tokens in a batch now. */
  int tokenBudget() {
    lock.lock();
    try {
      return packer.packing().tokenBudget();
    } finally {
      lock.unlock();
    }
  }

  /** Rows of the batch for whom somebody still waits; the others are released. */
  static List<Row> wanted(List<Row> rows) {
    return rows.stream()
        .filter(
            row -> {
              if (row.dropped()) {
                row.release();
              }
              return !row.dropped();
            })
        .toList();
  }
}
