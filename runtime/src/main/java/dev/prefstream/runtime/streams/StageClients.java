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
import org.jspecify.annotations.Nullable;

/**
 * The Kafka clients of a stage's stream threads. A stream thread commits between two waits for
 * records, so that waits have to be short for a commit to come in time; but each takes some 0.15 ms
 * of a core, and a stage that waits 2 ms at a time keeps a fourteenth of one busy with nothing. So
 * a thread waits briefly only while its transaction is open, and else as long as Streams asks for.
 *
 * <p>Streams uses a thread's consumer and producer on that thread alone, which is how they know of
 * each other. Under {@code group.protocol=streams} (KIP-1071) Streams makes the consumer itself,
 * waits {@code poll.ms} at a time and commits by its interval alone.
 */
final class StageClients implements KafkaClientSupplier {

  private final Duration wait;
  private final Duration longest;
  private final Duration mostPatience;
  private final CommitWhenQuiet commits;
  private final ThreadLocal<@Nullable Long> openSinceNanos = new ThreadLocal<>();
  private final ThreadLocal<CommitPatience> patience;

  /**
   * @param wait the longest wait for records while a transaction is open, unless they are late
   *     ({@link CommitPatience})
   * @param longest after which an open transaction is to be committed though records keep coming
   * @param mostPatience the longest that a commit waits for late records; 0 for a stage that does
   *     not look how late they are
   * @param commits is asked for a commit when a transaction is open and no records came, or for
   *     longer than that
   */
  StageClients(Duration wait, Duration longest, Duration mostPatience, CommitWhenQuiet commits) {
    this.wait = wait;
    this.longest = longest;
    this.mostPatience = mostPatience;
    this.commits = commits;
    this.patience = ThreadLocal.withInitial(() -> new CommitPatience(mostPatience));
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return Admin.create(config);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return new StageProducer(config, this::transaction);
  }

  private void transaction(boolean begun) {
    if (begun) {
      openSinceNanos.set(System.nanoTime());
    } else {
      openSinceNanos.remove();
      patience.get().committed();
      commits.committed();
    }
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer()) {
      @Override
      public ConsumerRecords<byte[], byte[]> poll(Duration atMost) {
        Long openSince = openSinceNanos.get();
        if (openSince == null) {
          return noted(super.poll(atMost));
        }
        Duration patient = patience.get().at(System.currentTimeMillis());
        Duration left = patient.minusNanos(System.nanoTime() - openSince);
        ConsumerRecords<byte[], byte[]> records =
            noted(super.poll(shorter(atMost, longer(wait, left))));
        Duration open = Duration.ofNanos(System.nanoTime() - openSince);
        boolean over = records.isEmpty() && open.compareTo(patient) >= 0;
        if (over || open.compareTo(longer(longest, patient)) > 0) {
          commits.ask();
        }
        return records;
      }

      private ConsumerRecords<byte[], byte[]> noted(ConsumerRecords<byte[], byte[]> records) {
        if (!mostPatience.isZero()) {
          records.forEach(patience.get()::took);
        }
        return records;
      }
    };
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
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
