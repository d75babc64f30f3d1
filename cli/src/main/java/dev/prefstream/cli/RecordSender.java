package dev.prefstream.cli;

import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.Topic;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Sends the one record, or the few, that a command is about. */
public final class RecordSender {

  private RecordSender() {}

  /**
   * Sends a record under each key, without a value where that is null; blocks until all brokers
   * that must have them have them.
   *
   * @throws KafkaException when one cannot be sent; those before it may be
   */
  public static <V extends SpecificRecord> void send(
      Configuration configuration, Topic<V> topic, List<String> keys, @Nullable V value) {
    Installation installation = Installation.of(configuration);
    Cluster.require(configuration, installation, List.of(topic));
    Map<String, Object> config = installation.clientConfig();
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    String name = installation.name(topic);
    try (KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        Serializer<V> serializer = installation.serializer(topic)) {
      byte[] said = value == null ? null : serializer.serialize(name, value);
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (String key : keys) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        sent.add(producer.send(new ProducerRecord<>(name, bytes, said)));
      }
      for (Future<RecordMetadata> each : sent) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new KafkaException("cannot write to " + name, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while writing to " + name, e);
    }
  }
}
