package dev.prefstream.scorer.loop;

import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.scorer.model.EncodedText;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * One record on its way. The loop makes it, one preparer fills it, one device worker finishes it;
 * each hands it on through a lock or the volatile outcome.
 */
final class Row {

  /** What a preparer found out. */
  record Prepared(
      ScoringRequest request, ServedModel served, EncodedText text, long tokeniseNanos) {}

  final ConsumerRecord<byte[], byte[]> record;
  final long polledNanos;
  final int estimatedTokens;

  private @Nullable Prepared prepared;
  private volatile @Nullable Outcome outcome;
  private volatile boolean dropped;

  Row(ConsumerRecord<byte[], byte[]> record, long polledNanos, int estimatedTokens) {
    this.record = record;
    this.polledNanos = polledNanos;
    this.estimatedTokens = estimatedTokens;
  }

  /** Tokens that a record of so many bytes may cost, before anyone has looked inside. */
  static int estimate(int bytes) {
    return Math.max(1, Math.min(512, bytes / 4));
  }

  /** What the preparer found out; only before the row ends. */
  synchronized Prepared prepared() {
    Prepared found = prepared;
    if (found == null) {
      throw new IllegalStateException("the row is not prepared, or has ended");
    }
    return found;
  }

  /** Sets what the preparer found out; the model, kept for this row, is released when it ends. */
  synchronized void prepared(Prepared found) {
    this.prepared = found;
  }

  /** How it ended, when it has. */
  Outcome end() {
    Outcome end = outcome;
    if (end == null) {
      throw new IllegalStateException("the row is still on its way");
    }
    return end;
  }

  boolean done() {
    return outcome != null;
  }

  /** Ends its way. */
  void finish(Outcome end) {
    release();
    this.outcome = end;
  }

  /** Its partition went to another member, or its epoch is replayed: nobody waits for it. */
  void drop() {
    dropped = true;
  }

  boolean dropped() {
    return dropped;
  }

  /** Says that the model is not needed for this row any more. Idempotent. */
  synchronized void release() {
    if (prepared != null) {
      prepared.served.release();
      prepared = null;
    }
  }
}
