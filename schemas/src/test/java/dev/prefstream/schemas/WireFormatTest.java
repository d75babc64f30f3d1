package dev.prefstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefstream.schemas.avro.Response;
import dev.prefstream.schemas.avro.Ticket;
import io.confluent.kafka.schemaregistry.testutil.MockSchemaRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;

/**
 * The bytes are Confluent's: a zero byte, the schema id as four bytes big-endian, the Avro body.
 */
class WireFormatTest {

  private static final String TOPIC = "prefstream.tickets";

  private final AvroSerdes serdes = new AvroSerdes("mock://wire-format", Map.of());
  private final Ticket ticket =
      Ticket.newBuilder()
          .setTicketId("t-1")
          .setSubject("Réseau coupé 🚨")
          .setBody("nul \u0000 inside")
          .setCreatedAt(Instant.parse("2026-02-03T04:05:06.789Z"))
          .setMetadata(Map.of("k", "v"))
          .build();

  @Test
  void bytesAreMagicByteThenRegisteredIdThenAvroBody() throws Exception {
    try (Serializer<Ticket> serializer = serdes.serializer(Topics.TICKETS)) {
      byte[] bytes = serializer.serialize(TOPIC, ticket);

      int registered =
          MockSchemaRegistry.getClientForScope("wire-format")
              .getLatestSchemaMetadata(TOPIC + "-value")
              .getId();
      assertThat(bytes[0]).isZero();
      assertThat(ByteBuffer.wrap(bytes, 1, 4).getInt()).isEqualTo(registered);
      assertThat(Arrays.copyOfRange(bytes, 5, bytes.length)).isEqualTo(avroBody(ticket));
    }
  }

  @Test
  void laterRecordsHaveTheSamePrefixAndTheirOwnBodies() throws Exception {
    try (Serializer<Ticket> serializer = serdes.serializer(Topics.TICKETS)) {
      byte[] first = serializer.serialize(TOPIC, ticket);
      for (int i = 0; i < 3; i++) {
        Ticket next =
            Ticket.newBuilder(ticket).setTicketId("t-" + i).setBody("x".repeat(i * 5_000)).build();

        byte[] bytes = serializer.serialize(TOPIC, next);

        assertThat(Arrays.copyOf(bytes, 5)).isEqualTo(Arrays.copyOf(first, 5));
        assertThat(Arrays.copyOfRange(bytes, 5, bytes.length)).isEqualTo(avroBody(next));
      }
    }
  }

  @Test
  void eachTopicHasTheIdOfItsOwnSubject() throws Exception {
    try (Serializer<Ticket> serializer = serdes.serializer(Topics.TICKETS);
        Deserializer<Ticket> deserializer = serdes.deserializer(Topics.TICKETS)) {
      for (int i = 0; i < 2; i++) {
        for (String topic : new String[] {"one", "two"}) {
          byte[] bytes = serializer.serialize(topic, ticket);

          assertThat(ByteBuffer.wrap(bytes, 1, 4).getInt())
              .isEqualTo(
                  MockSchemaRegistry.getClientForScope("wire-format")
                      .getLatestSchemaMetadata(topic + "-value")
                      .getId());
          assertThat(deserializer.deserialize(topic, bytes)).isEqualTo(ticket);
        }
      }
    }
  }

  @Test
  void aRecordThatCannotBeWrittenLeavesNothingInTheNext() throws Exception {
    try (Serializer<Ticket> serializer = serdes.serializer(Topics.TICKETS)) {
      byte[] good = serializer.serialize(TOPIC, ticket);
      Ticket bad = Ticket.newBuilder(ticket).build();
      bad.put("body", null);

      assertThatThrownBy(() -> serializer.serialize(TOPIC, bad))
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining("Ticket for " + TOPIC);

      assertThat(serializer.serialize(TOPIC, ticket)).isEqualTo(good);
    }
  }

  @Test
  void aTombstoneStaysOne() {
    try (Serializer<Ticket> serializer = serdes.serializer(Topics.TICKETS)) {
      assertThat(serializer.serialize(TOPIC, null)).isNull();
    }
  }

  @Test
  void readsBackWhatItWrote() {
    try (Serializer<Ticket> serializer = serdes.serializer(Topics.TICKETS);
        Deserializer<Ticket> deserializer = serdes.deserializer(Topics.TICKETS)) {
      Ticket back = deserializer.deserialize(TOPIC, serializer.serialize(TOPIC, ticket));

      assertThat(back).isEqualTo(ticket);
      assertThat(back.getCreatedAt()).isEqualTo(Instant.parse("2026-02-03T04:05:06.789Z"));
    }
  }

  @Test
  void registersTheSchemaWithoutJavaProperties() throws Exception {
    try (Serializer<Ticket> serializer = serdes.serializer(Topics.TICKETS)) {
      serializer.serialize(TOPIC, ticket);

      String schema =
          MockSchemaRegistry.getClientForScope("wire-format")
              .getLatestSchemaMetadata(TOPIC + "-value")
              .getSchema();
      assertThat(schema).contains("timestamp-millis").doesNotContain("avro.java.string");
    }
  }

  @Test
  void refusesBytesThatAreNoAvro() {
    try (Deserializer<Ticket> deserializer = serdes.deserializer(Topics.TICKETS)) {
      assertThatThrownBy(
              () ->
                  deserializer.deserialize(
                      TOPIC, "{\"id\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
          .isInstanceOf(SerializationException.class);
    }
  }

  @Test
  void refusesASchemaIdTheRegistryDoesNotKnow() {
    try (Deserializer<Ticket> deserializer = serdes.deserializer(Topics.TICKETS)) {
      assertThatThrownBy(() -> deserializer.deserialize(TOPIC, new byte[] {0, 0, 9, 9, 9, 2}))
          .isInstanceOf(SerializationException.class);
    }
  }

  @Test
  void refusesFewerBytesThanTheSchemaIdTakes() {
    try (Deserializer<Ticket> deserializer = serdes.deserializer(Topics.TICKETS)) {
      assertThatThrownBy(() -> deserializer.deserialize(TOPIC, new byte[] {0, 1, 2}))
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining("found 3 bytes");
    }
  }

  @Test
  void refusesBadBytesAlsoAfterGoodOnesOfTheSameSchema() {
    try (Serializer<Ticket> serializer = serdes.serializer(Topics.TICKETS);
        Deserializer<Ticket> deserializer = serdes.deserializer(Topics.TICKETS)) {
      byte[] whole = serializer.serialize(TOPIC, ticket);
      for (int round = 0; round < 3; round++) {
        assertThat(deserializer.deserialize(TOPIC, whole)).isEqualTo(ticket);
        for (int length = 0; length < whole.length; length++) {
          byte[] part = Arrays.copyOf(whole, length);
          assertThatThrownBy(() -> deserializer.deserialize(TOPIC, part))
              .as("first %d of %d bytes", length, whole.length)
              .isInstanceOf(SerializationException.class)
              .matches(failure -> !(failure.getCause() instanceof IOException));
        }
        byte[] noise = Arrays.copyOf(whole, whole.length);
        Arrays.fill(noise, 5, noise.length, (byte) 0xFF);
        assertThatThrownBy(() -> deserializer.deserialize(TOPIC, noise))
            .isInstanceOf(SerializationException.class)
            .matches(failure -> !(failure.getCause() instanceof IOException));
      }
    }
  }

  @Test
  void refusesABodyThatEndsEarlyWithoutTakingItForAnAbsentRegistry() {
    try (Serializer<Ticket> serializer = serdes.serializer(Topics.TICKETS);
        Deserializer<Ticket> deserializer = serdes.deserializer(Topics.TICKETS)) {
      byte[] whole = serializer.serialize(TOPIC, ticket);
      for (int length = 0; length < whole.length; length++) {
        byte[] part = Arrays.copyOf(whole, length);
        assertThatThrownBy(() -> deserializer.deserialize(TOPIC, part))
            .as("first %d of %d bytes", length, whole.length)
            .isInstanceOf(SerializationException.class)
            .matches(failure -> !(failure.getCause() instanceof IOException));
      }
    }
  }

  @Test
  void refusesAnotherTopicsRecordAndSaysWhatItFound() {
    Response response =
        Response.newBuilder().setResponseId("r").setTicketId("t-1").setText("hello").build();
    try (Serializer<Response> serializer = serdes.serializer(Topics.RESPONSES);
        Deserializer<Ticket> deserializer = serdes.deserializer(Topics.TICKETS)) {
      byte[] bytes = serializer.serialize("prefstream.responses", response);

      assertThatThrownBy(() -> deserializer.deserialize(TOPIC, bytes))
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining("found a Response")
          .hasMessageContaining("expected Ticket");
    }
  }

  private static byte[] avroBody(Ticket ticket) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new SpecificDatumWriter<>(Ticket.class).write(ticket, encoder);
    encoder.flush();
    return out.toByteArray();
  }
}
