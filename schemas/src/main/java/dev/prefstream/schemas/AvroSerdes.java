package dev.prefstream.schemas;

import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroDeserializerConfig;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import io.confluent.kafka.serializers.KafkaAvroSerializerConfig;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Serialisers and deserialisers for the values of catalogue topics, in Confluent wire format: a
 * zero byte, the schema id as four bytes big-endian, the Avro binary body. Subjects are named after
 * topics ({@code TopicNameStrategy}), with {@code -value}.
 *
 * <p>Each call makes a new object, which the caller closes. The objects may be used by one thread
 * at a time.
 */
public final class AvroSerdes {

  static {
    // Avro looks whether a record class is trusted before it loads the class, which would vouch for
    // itself.
    TrustedSchemas.install();
  }

  private final Map<String, Object> config;

  /**
   * @param registryUrl address of a registry that answers Confluent's REST calls, or {@code
   *     mock://scope} for one inside this JVM
   * @param registryConfig further settings of Confluent's client ({@code basic.auth.user.info},
   *     {@code schema.registry.ssl.*}, ...)
   */
  public AvroSerdes(String registryUrl, Map<String, String> registryConfig) {
    Map<String, Object> all = new HashMap<>(registryConfig);
    all.put(KafkaAvroSerializerConfig.SCHEMA_REGISTRY_URL_CONFIG, registryUrl);
    all.put(KafkaAvroSerializerConfig.AVRO_REMOVE_JAVA_PROPS_CONFIG, true);
    all.put(KafkaAvroSerializerConfig.AVRO_USE_LOGICAL_TYPE_CONVERTERS_CONFIG, true);
    all.put(KafkaAvroDeserializerConfig.SPECIFIC_AVRO_READER_CONFIG, true);
    this.config = Map.copyOf(all);
  }

  /** A serialiser for the topic's values. Registers the schema on first use. */
  public <V extends SpecificRecord> Serializer<V> serializer(Topic<V> topic) {
    KafkaAvroSerializer avro = new KafkaAvroSerializer();
    avro.configure(config, false);
    return new WireFormatSerializer<>(avro, topic.value());
  }

  /**
   * A deserialiser for the topic's values. Throws {@link SerializationException} for bytes that are
   * not this topic's record; a registry that cannot be reached shows as the same exception with an
   * {@link java.io.IOException} as cause.
   */
  public <V extends SpecificRecord> Deserializer<V> deserializer(Topic<V> topic) {
    KafkaAvroDeserializer avro = new KafkaAvroDeserializer();
    avro.configure(config, false);
    return new WireFormatDeserializer<>(avro, topic.value());
  }
}
