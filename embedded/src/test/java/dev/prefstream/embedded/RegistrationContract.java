package dev.prefstream.embedded;

import static dev.prefstream.embedded.Schemas.V1;
import static dev.prefstream.embedded.Schemas.V2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.embedded.Rest.Answer;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.entities.SubjectVersion;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.util.Map;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;

/** Registering schemas and reading them, as serialisers and deserialisers do. */
interface RegistrationContract extends RegistryUnderTest {

  @Test
  default void clientReadsASchemaBackByItsId() throws Exception {
    int id = client().register(subject(), new AvroSchema(V1));

    assertThat(freshClient().getSchemaById(id)).isEqualTo(new AvroSchema(V1));
  }

  @Test
  default void clientFindsVersionAndIdOfASchema() throws Exception {
    int first = client().register(subject(), new AvroSchema(V1));
    int second = client().register(subject(), new AvroSchema(V2));

    SchemaRegistryClient other = freshClient();
    assertThat(other.getId(subject(), new AvroSchema(V1))).isEqualTo(first);
    assertThat(other.getVersion(subject(), new AvroSchema(V2))).isEqualTo(2);
    assertThat(other.getLatestSchemaMetadata(subject()).getId()).isEqualTo(second);
    assertThat(other.getSchemaMetadata(subject(), 1).getSchema()).isEqualTo(V1);
    assertThat(other.getAllVersions(subject())).containsExactly(1, 2);
    assertThat(other.getAllSubjects()).contains(subject());
  }

  @Test
  default void givesOneSchemaOneIdUnderAllSubjects() throws Exception {
    int id = client().register(subject(), new AvroSchema(V1));

    assertThat(freshClient().register(subject() + "-2", new AvroSchema(V1))).isEqualTo(id);
    assertThat(client().getAllVersionsById(id))
        .contains(new SubjectVersion(subject(), 1), new SubjectVersion(subject() + "-2", 1));
  }

  @Test
  default void listsTheSubjectsOfAnId() throws Exception {
    int id = client().register(subject(), new AvroSchema(V1));

    assertThat(client().getAllSubjectsById(id)).contains(subject());
  }

  @Test
  default void registeringASchemaAgainChangesNothing() {
    int id = register(V1);
    register(V2);

    assertThat(register(V1)).isEqualTo(id);
    assertThat(rest().get(versions()).body()).isEqualTo("[1,2]");
  }

  @Test
  default void layoutMakesNoOtherSchema() {
    int id = register(V1);

    assertThat(register(V1.replace(",", " ,\n  "))).isEqualTo(id);
    assertThat(rest().get(versions()).body()).isEqualTo("[1]");
  }

  @Test
  default void normalisingMakesOrderOfPropertiesIrrelevant() {
    String one = "{\"type\":\"string\",\"x\":1,\"y\":2}";
    String two = "{\"type\":\"string\",\"y\":2,\"x\":1}";

    int id =
        rest().post(versions() + "?normalize=true", Rest.schema(one)).json().path("id").asInt();

    assertThat(
            rest().post(versions() + "?normalize=true", Rest.schema(two)).json().path("id").asInt())
        .isEqualTo(id);
  }

  @Test
  default void serialiserAndDeserialiserAgreeOverIt() {
    Map<String, Object> config = Map.of("schema.registry.url", url());
    GenericRecord value = new GenericData.Record(new AvroSchema(V1).rawSchema());
    value.put("a", "text");
    try (KafkaAvroSerializer serializer = new KafkaAvroSerializer();
        KafkaAvroDeserializer deserializer = new KafkaAvroDeserializer()) {
      serializer.configure(config, false);
      deserializer.configure(config, false);
      String topic = subject().substring(0, subject().length() - "-value".length());

      byte[] bytes = serializer.serialize(topic, value);

      assertThat(bytes[0]).isZero();
      assertThat(String.valueOf(deserializer.deserialize(topic, bytes)))
          .isEqualTo(String.valueOf(value));
    }
  }

  @Test
  default void answersARegistrationWithTheId() {
    Answer answer = rest().post(versions(), Rest.schema(V1));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("id").isInt()).isTrue();
    assertThat(answer.contentType()).startsWith("application/vnd.schemaregistry.v1+json");
  }

  @Test
  default void describesAVersion() {
    int id = register(V1);

    Answer answer = rest().get(versions() + "/1");

    assertThat(answer.json().path("subject").asText()).isEqualTo(subject());
    assertThat(answer.json().path("version").asInt()).isEqualTo(1);
    assertThat(answer.json().path("id").asInt()).isEqualTo(id);
    assertThat(answer.json().path("schema").asText()).isEqualTo(V1);
    assertThat(rest().get(versions() + "/latest").json()).isEqualTo(answer.json());
    assertThat(rest().get(versions() + "/-1").json()).isEqualTo(answer.json());
  }

  @Test
  default void givesTheBareSchemaOfAVersion() {
    register(V1);

    assertThat(rest().get(versions() + "/1/schema").body()).isEqualTo(V1);
  }

  @Test
  default void givesTheSchemaOfAnId() {
    int id = register(V1);

    assertThat(rest().get("/schemas/ids/" + id).json().path("schema").asText()).isEqualTo(V1);
  }

  @Test
  default void givesTheBareSchemaOfAnId() {
    int id = register(V1);

    assertThat(rest().get("/schemas/ids/" + id + "/schema").body()).isEqualTo(V1);
  }

  @Test
  default void lookupDescribesTheVersion() {
    int id = register(V1);

    Answer answer = rest().post("/subjects/" + subject(), Rest.schema(V1));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("subject").asText()).isEqualTo(subject());
    assertThat(answer.json().path("version").asInt()).isEqualTo(1);
    assertThat(answer.json().path("id").asInt()).isEqualTo(id);
  }

  @Test
  default void listsSubjectsByPrefix() {
    register(V1);

    assertThat(rest().get("/subjects?subjectPrefix=" + subject()).body())
        .isEqualTo("[\"" + subject() + "\"]");
    assertThat(rest().get("/subjects?subjectPrefix=no-" + subject()).body()).isEqualTo("[]");
    assertThat(rest().get("/subjects?subjectPrefix=:*:").body()).contains(subject());
  }

  @Test
  default void knowsAvro() {
    assertThat(rest().get("/schemas/types").body()).contains("\"AVRO\"");
  }

  @Test
  default void takesSubjectsWithSlashAndSpace() throws Exception {
    String odd = subject() + "/with space+plus%25";
    client().register(odd, new AvroSchema(V1));

    assertThat(freshClient().getAllVersions(odd)).containsExactly(1);
    assertThat(rest().get("/subjects/" + Rest.encode(odd) + "/versions").body()).isEqualTo("[1]");
    assertThat(client().getAllSubjects()).contains(odd);
  }
}
