package dev.prefstream.schemas;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Confluent's deserialiser reads the first record of each topic and schema id, and with it fetches
 * the writer's schema; those after it go to Avro directly, which saves several look-ups in shared
 * caches for each record. One thread uses it at a time.
 */
final class WireFormatDeserializer<V extends SpecificRecord> implements Deserializer<V> {

  /** A zero byte and the schema id. */
  private static final int PREFIX_BYTES = 5;

  /** Where a schema id was seen. */
  private record Writer(String topic, int schemaId) {}

  private final KafkaAvroDeserializer fetching;
  private final Class<V> type;
  private final Map<Writer, SpecificDatumReader<V>> readers = new HashMap<>();
  private @Nullable BinaryDecoder decoder;

  /**
   * @param fetching configured; closed with this
   */
  WireFormatDeserializer(KafkaAvroDeserializer fetching, Class<V> type) {
    this.fetching = fetching;
    this.type = type;
  }

  @Override
  @SuppressWarnings("NullAway") // Kafka's contract: null in (a tombstone), null out.
  public V deserialize(String topic, byte[] bytes) {
    if (bytes == null) {
      return null;
    }
    try {
      return read(topic, bytes);
    } catch (EOFException e) {
      throw endsEarly(topic);
    } catch (SerializationException e) {
      if (e.getCause() instanceof EOFException) {
        // A body that ends early, which must not pass for a registry that cannot be reached.
        throw endsEarly(topic);
      }
      throw e;
    } catch (KafkaException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new SerializationException(
          "found %d bytes on %s that are no %s, expected Avro in Confluent wire format: use Confluent's serializer or one compatible with it"
              .formatted(bytes.length, topic, type.getSimpleName()),
          e instanceof IOException ? new IllegalArgumentException(e) : e);
    }
  }

  private V read(String topic, byte[] bytes) throws IOException {
    if (bytes.length < PREFIX_BYTES || bytes[0] != 0) {
      return first(topic, bytes);
    }
    Writer writer = new Writer(topic, ByteBuffer.wrap(bytes, 1, 4).getInt());
    SpecificDatumReader<V> reader = readers.get(writer);
    if (reader == null) {
      V value = first(topic, bytes);
      readers.put(writer, reader(writer));
      return value;
    }
    decoder =
        DecoderFactory.get()
            .binaryDecoder(bytes, PREFIX_BYTES, bytes.length - PREFIX_BYTES, decoder);
    return reader.read(null, decoder);
  }

  private V first(String topic, byte[] bytes) {
    Object value = fetching.deserialize(topic, bytes);
    if (!type.isInstance(value)) {
      throw new SerializationException(
          "found a "
              + (value == null ? "null" : value.getClass().getSimpleName())
              + " on "
              + topic
              + ", expected "
              + type.getSimpleName()
              + ": publish records of that schema only");
    }
    return type.cast(value);
  }

  /** For a schema that was fetched just now, and comes from the client's cache. */
  private SpecificDatumReader<V> reader(Writer writer) {
    try {
      SpecificDatumReader<V> reader = new SpecificDatumReader<>(type);
      Schema schema =
          ((AvroSchema)
                  fetching.getSchemaBySubjectAndId(writer.topic() + "-value", writer.schemaId()))
              .rawSchema();
      reader.setSchema(schema);
      return reader;
    } catch (IOException | RestClientException e) {
      throw new SerializationException(
          "cannot fetch the schema %d of %s".formatted(writer.schemaId(), writer.topic()), e);
    }
  }

  private SerializationException endsEarly(String topic) {
    return new SerializationException(
        "found the beginning of a record on %s, expected a whole %s: publish it again"
            .formatted(topic, type.getSimpleName()));
  }

  @Override
  public void close() {
    fetching.close();
  }
}
