package dev.prefstream.runtime.streams;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * The Kafka clients of a stage's stream threads. A stream thread commits between two waits for
 * records, so that waits have to be short for a commit to come in time; but each takes some 0.15 ms
 * of a core, and a stage that waits 5 ms at a time keeps a thirtieth of one busy with nothing. So a
 * thread waits briefly only while its transaction is open, and else as long as Streams asks for.
 *
 * <p>Streams uses a thread's consumer and producer on that thread alone, which is how they know of
 * each other. Under {@code group.protocol=streams} (KIP-1071) Streams makes the consumer itself and
 * waits {@code poll.ms} at a time.
 */
final class StageClients implements KafkaClientSupplier {

  private final Duration waitWhileOpen;
  private final ThreadLocal<Boolean> open = ThreadLocal.withInitial(() -> false);

  /**
   * @param waitWhileOpen the longest wait for records while a transaction is open
   */
  StageClients(Duration waitWhileOpen) {
    this.waitWhileOpen = waitWhileOpen;
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return Admin.create(config);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return new StageProducer(config, open::set);
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer()) {
      @Override
      public ConsumerRecords<byte[], byte[]> poll(Duration atMost) {
        boolean brief = open.get() && waitWhileOpen.compareTo(atMost) < 0;
        return super.poll(brief ? waitWhileOpen : atMost);
      }
    };
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return consumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return consumer(config);
  }

  private static Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
