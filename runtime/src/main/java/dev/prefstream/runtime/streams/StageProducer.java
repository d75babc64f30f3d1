package dev.prefstream.runtime.streams;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The transactional producer of a stream thread, which leaves out transactions that say nothing
 * new. Streams commits whenever one of its clocks has rung, though nothing was read or written
 * since, and sends the offsets of before: some 6 ms of a small machine each time. A transaction
 * without records whose offsets are all committed already is begun and ended here without a word to
 * the broker. One thread only, as Streams uses it.
 */
final class StageProducer extends KafkaProducer<byte[], byte[]> {

  private final Consumer<Boolean> inTransaction;
  private final Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
  private final Map<TopicPartition, OffsetAndMetadata> sent = new HashMap<>();
  private boolean wrote;

  /**
   * @param inTransaction is told on the calling thread when a transaction begins and has ended
   */
  StageProducer(Map<String, Object> config, Consumer<Boolean> inTransaction) {
    super(config, new ByteArraySerializer(), new ByteArraySerializer());
    this.inTransaction = inTransaction;
  }

  @Override
  public void beginTransaction() {
    super.beginTransaction();
    wrote = false;
    sent.clear();
    inTransaction.accept(true);
  }

  @Override
  public Future<RecordMetadata> send(
      ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
    wrote = true;
    return super.send(record, callback);
  }

  @Override
  public void sendOffsetsToTransaction(
      Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
    if (wrote || !committed.entrySet().containsAll(offsets.entrySet())) {
      super.sendOffsetsToTransaction(offsets, group);
      sent.putAll(offsets);
    }
  }

  @Override
  public void commitTransaction() {
    super.commitTransaction();
    committed.putAll(sent);
    inTransaction.accept(false);
  }

  @Override
  public void abortTransaction() {
    super.abortTransaction();
    inTransaction.accept(false);
  }
}
