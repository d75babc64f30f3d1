package dev.prefstream.schemas;

import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Confluent's serialiser writes the first record of each topic, and with it registers the schema;
 * those after it get the same prefix and their body from Avro directly. The class of a topic's
 * values has one schema for ever, while Confluent's serialiser hashes the whole of it again for
 * each record, which takes several times as long as the body. One thread uses it at a time.
 */
final class WireFormatSerializer<V extends SpecificRecord> implements Serializer<V> {

  /** A zero byte and the schema id. */
  private static final int PREFIX_BYTES = 5;

  private final KafkaAvroSerializer registering;
  private final SpecificDatumWriter<V> writer;
  private final Map<String, byte[]> prefixes = new HashMap<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 10);
  private final BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);

  /**
   * @param registering configured; closed with this
   */
  WireFormatSerializer(KafkaAvroSerializer registering, Class<V> type) {
    this.registering = registering;
    this.writer = new SpecificDatumWriter<>(type);
  }

  @Override
  @SuppressWarnings("NullAway") // Kafka's contract: null in, null (a tombstone) out.
  public byte[] serialize(String topic, V value) {
    if (value == null) {
      return null;
    }
    byte[] prefix = prefixes.get(topic);
    if (prefix == null) {
      byte[] first = registering.serialize(topic, value);
      prefixes.put(topic, Arrays.copyOf(first, PREFIX_BYTES));
      return first;
    }
    bytes.reset();
    bytes.write(prefix, 0, PREFIX_BYTES);
    try {
      writer.write(value, encoder);
      encoder.flush();
    } catch (IOException | RuntimeException e) {
      // What the encoder still holds must not stand before the next record.
      EncoderFactory.get().binaryEncoder(bytes, encoder);
      throw new SerializationException(
          "cannot write a %s for %s: %s"
              .formatted(value.getSchema().getName(), topic, e.getMessage()),
          e);
    }
    return bytes.toByteArray();
  }

  @Override
  public void close() {
    registering.close();
  }
}
