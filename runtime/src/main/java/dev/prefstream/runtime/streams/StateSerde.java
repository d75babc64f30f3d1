package dev.prefstream.runtime.streams;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Values of state stores and internal topics in Avro's single-object encoding: two marker bytes,
 * the 64-bit fingerprint of the writer's schema, the Avro binary body. Needs no registry; the
 * fingerprint is the version.
 */
public final class StateSerde {

  private StateSerde() {}

  /**
   * A serde for records of the class.
   *
   * @param older schemas that earlier releases wrote and that stores may still hold
   */
  @SuppressWarnings("NullAway") // Kafka's contract: null in (a tombstone), null out.
  public static <V extends SpecificRecord> Serde<V> of(Class<V> type, Schema... older) {
    SpecificData model = SpecificData.getForClass(type);
    Schema schema = model.getSchema(type);
    BinaryMessageEncoder<V> encoder = new BinaryMessageEncoder<>(model, schema);
    BinaryMessageDecoder<V> decoder = new BinaryMessageDecoder<>(model, schema);
    for (Schema each : older) {
      decoder.addSchema(each);
    }
    Serializer<V> serializer =
        (topic, value) -> {
          try {
            return value == null ? null : bytes(encoder.encode(value));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    Deserializer<V> deserializer =
        (topic, bytes) -> {
          try {
            return bytes == null ? null : decoder.decode(bytes);
          } catch (IOException | RuntimeException e) {
            throw new SerializationException(
                "state in %s is no %s this release can read: go back to the release that wrote it, or reset the stage"
                    .formatted(topic, type.getSimpleName()),
                e);
          }
        };
    return Serdes.serdeFrom(serializer, deserializer);
  }

  /** A store on disk, with a changelog, of records of the class by text. */
  public static <V extends SpecificRecord> StoreBuilder<KeyValueStore<String, V>> store(
      String name, Class<V> type) {
    return Stores.keyValueStoreBuilder(
        Stores.persistentKeyValueStore(name), Serdes.String(), of(type));
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
