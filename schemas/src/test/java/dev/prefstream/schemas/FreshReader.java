package dev.prefstream.schemas;

import dev.prefstream.schemas.avro.ExpertLabel;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads a record as the first thing in its process, before any generated class is loaded. */
final class FreshReader {

  private static final String REGISTRY = "mock://fresh";
  private static final String TOPIC = "prefstream.expert-labels";

  private FreshReader() {}

  public static void main(String[] args) {
    Schema schema = ReleasedSchemas.released(Topics.EXPERT_LABELS);
    GenericRecord label =
        new GenericRecordBuilder(schema)
            .set("ticket_id", "t-1")
            .set("label", new GenericData.EnumSymbol(schema.getField("label").schema(), "URGENT"))
            .set("labelled_at", 1_000L)
            .build();
    byte[] bytes;
    try (KafkaAvroSerializer serializer = new KafkaAvroSerializer()) {
      serializer.configure(Map.of("schema.registry.url", REGISTRY), false);
      bytes = serializer.serialize(TOPIC, label);
    }
    try (Deserializer<ExpertLabel> deserializer =
        new AvroSerdes(REGISTRY, Map.of()).deserializer(Topics.EXPERT_LABELS)) {
      System.out.println("read " + deserializer.deserialize(TOPIC, bytes).getTicketId());
    }
  }
}
