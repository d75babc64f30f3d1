package dev.prefstream.cli;

import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.Topic;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** One record from a person to a topic. */
public final class Word {

  private Word() {}

  /**
   * Sends the record, without a value where that is null; blocks until all brokers that must have
   * it have it.
   *
   * @throws KafkaException when it cannot be sent
   */
  public static <V extends SpecificRecord> void send(
      Configuration configuration, Topic<V> topic, String key, @Nullable V value) {
    Installation installation = Installation.of(configuration);
    Cluster.require(configuration, installation, List.of(topic));
    Map<String, Object> config = installation.clientConfig();
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    String name = installation.name(topic);
    try (KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        Serializer<V> serializer = installation.serializer(topic)) {
      producer
          .send(
              new ProducerRecord<>(
                  name,
                  key.getBytes(StandardCharsets.UTF_8),
                  value == null ? null : serializer.serialize(name, value)))
          .get();
    } catch (ExecutionException e) {
      throw new KafkaException("cannot write to " + name, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while writing to " + name, e);
    }
  }
}
