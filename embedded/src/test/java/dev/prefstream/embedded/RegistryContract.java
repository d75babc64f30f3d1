package dev.prefstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefstream.embedded.Rest.Answer;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchemaProvider;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.entities.SchemaReference;
import io.confluent.kafka.schemaregistry.client.rest.entities.SubjectVersion;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a schema registry must do so that Confluent's clients can work with it: their Java client
 * and plain HTTP against the behaviour that Confluent documents for its REST API. Every test works
 * under subjects of its own, so a registry may be shared.
 */
abstract class RegistryContract {

  static final String V1 = record("{\"name\":\"a\",\"type\":\"string\"}");

  /** {@link #V1} and a field with a default: each can read the other. */
  static final String V2 =
      record(
          "{\"name\":\"a\",\"type\":\"string\"},{\"name\":\"b\",\"type\":\"int\",\"default\":0}");

  /** Incompatible with {@link #V1} in both directions. */
  static final String OTHER = record("{\"name\":\"a\",\"type\":\"int\"}");

  /** {@link #V2} without its default: it can read that, and not {@link #V1}. */
  static final String NO_DEFAULT =
      record("{\"name\":\"a\",\"type\":\"string\"},{\"name\":\"b\",\"type\":\"int\"}");

  /** A new field without default: readers of it cannot read {@link #V1}. */
  static final String FORWARD_ONLY =
      record("{\"name\":\"a\",\"type\":\"string\"},{\"name\":\"c\",\"type\":\"int\"}");

  final String subject = "contract-" + UUID.randomUUID() + "-value";
  final String versions = "/subjects/" + subject + "/versions";

  @SuppressWarnings("NullAway.Init")
  Rest rest;

  @SuppressWarnings("NullAway.Init")
  SchemaRegistryClient client;

  /** Address of the registry under test. */
  abstract String url();

  static String record(String fields) {
    return "{\"type\":\"record\",\"name\":\"R\",\"namespace\":\"t\",\"fields\":[" + fields + "]}";
  }

  @BeforeEach
  void connect() {
    rest = new Rest(url());
    client = freshClient();
  }

  @AfterEach
  void disconnect() throws Exception {
    client.close();
  }

  /** A client with an empty cache. */
  SchemaRegistryClient freshClient() {
    return new CachedSchemaRegistryClient(
        List.of(url()), 100, List.of(new AvroSchemaProvider()), Map.of(), Map.of());
  }

  int register(String text) {
    Answer answer = rest.post(versions, Rest.schema(text));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().path("id").asInt();
  }

  // Registering and reading, as serialisers do.

  @Test
  void clientReadsASchemaBackByItsId() throws Exception {
    int id = client.register(subject, new AvroSchema(V1));

    assertThat(freshClient().getSchemaById(id)).isEqualTo(new AvroSchema(V1));
  }

  @Test
  void clientFindsVersionAndIdOfASchema() throws Exception {
    int first = client.register(subject, new AvroSchema(V1));
    int second = client.register(subject, new AvroSchema(V2));

    SchemaRegistryClient other = freshClient();
    assertThat(other.getId(subject, new AvroSchema(V1))).isEqualTo(first);
    assertThat(other.getVersion(subject, new AvroSchema(V2))).isEqualTo(2);
    assertThat(other.getLatestSchemaMetadata(subject).getId()).isEqualTo(second);
    assertThat(other.getSchemaMetadata(subject, 1).getSchema()).isEqualTo(V1);
    assertThat(other.getAllVersions(subject)).containsExactly(1, 2);
    assertThat(other.getAllSubjects()).contains(subject);
  }

  @Test
  void givesOneSchemaOneIdUnderAllSubjects() throws Exception {
    int id = client.register(subject, new AvroSchema(V1));

    assertThat(freshClient().register(subject + "-2", new AvroSchema(V1))).isEqualTo(id);
    assertThat(client.getAllVersionsById(id))
        .contains(new SubjectVersion(subject, 1), new SubjectVersion(subject + "-2", 1));
  }

  @Test
  void listsTheSubjectsOfAnId() throws Exception {
    int id = client.register(subject, new AvroSchema(V1));

    assertThat(client.getAllSubjectsById(id)).contains(subject);
  }

  @Test
  void registeringASchemaAgainChangesNothing() {
    int id = register(V1);
    register(V2);

    assertThat(register(V1)).isEqualTo(id);
    assertThat(rest.get(versions).body()).isEqualTo("[1,2]");
  }

  @Test
  void layoutMakesNoOtherSchema() {
    int id = register(V1);

    assertThat(register(V1.replace(",", " ,\n  "))).isEqualTo(id);
    assertThat(rest.get(versions).body()).isEqualTo("[1]");
  }

  @Test
  void normalisingMakesOrderOfPropertiesIrrelevant() {
    String one = "{\"type\":\"string\",\"x\":1,\"y\":2}";
    String two = "{\"type\":\"string\",\"y\":2,\"x\":1}";

    int id = rest.post(versions + "?normalize=true", Rest.schema(one)).json().path("id").asInt();

    assertThat(rest.post(versions + "?normalize=true", Rest.schema(two)).json().path("id").asInt())
        .isEqualTo(id);
  }

  @Test
  void serialiserAndDeserialiserAgreeOverIt() {
    Map<String, Object> config = Map.of("schema.registry.url", url());
    GenericRecord value = new GenericData.Record(new AvroSchema(V1).rawSchema());
    value.put("a", "text");
    try (KafkaAvroSerializer serializer = new KafkaAvroSerializer();
        KafkaAvroDeserializer deserializer = new KafkaAvroDeserializer()) {
      serializer.configure(config, false);
      deserializer.configure(config, false);
      String topic = subject.substring(0, subject.length() - "-value".length());

      byte[] bytes = serializer.serialize(topic, value);

      assertThat(bytes[0]).isZero();
      assertThat(String.valueOf(deserializer.deserialize(topic, bytes)))
          .isEqualTo(String.valueOf(value));
    }
  }

  @Test
  void answersARegistrationWithTheId() {
    Answer answer = rest.post(versions, Rest.schema(V1));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("id").isInt()).isTrue();
    assertThat(answer.contentType()).startsWith("application/vnd.schemaregistry.v1+json");
  }

  @Test
  void describesAVersion() {
    int id = register(V1);

    Answer answer = rest.get(versions + "/1");

    assertThat(answer.json().path("subject").asText()).isEqualTo(subject);
    assertThat(answer.json().path("version").asInt()).isEqualTo(1);
    assertThat(answer.json().path("id").asInt()).isEqualTo(id);
    assertThat(answer.json().path("schema").asText()).isEqualTo(V1);
    assertThat(rest.get(versions + "/latest").json()).isEqualTo(answer.json());
    assertThat(rest.get(versions + "/-1").json()).isEqualTo(answer.json());
  }

  @Test
  void givesTheBareSchemaOfAVersion() {
    register(V1);

    assertThat(rest.get(versions + "/1/schema").body()).isEqualTo(V1);
  }

  @Test
  void givesTheSchemaOfAnId() {
    int id = register(V1);

    assertThat(rest.get("/schemas/ids/" + id).json().path("schema").asText()).isEqualTo(V1);
  }

  @Test
  void givesTheBareSchemaOfAnId() {
    int id = register(V1);

    assertThat(rest.get("/schemas/ids/" + id + "/schema").body()).isEqualTo(V1);
  }

  @Test
  void lookupDescribesTheVersion() {
    int id = register(V1);

    Answer answer = rest.post("/subjects/" + subject, Rest.schema(V1));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("subject").asText()).isEqualTo(subject);
    assertThat(answer.json().path("version").asInt()).isEqualTo(1);
    assertThat(answer.json().path("id").asInt()).isEqualTo(id);
  }

  @Test
  void listsSubjectsByPrefix() {
    register(V1);

    assertThat(rest.get("/subjects?subjectPrefix=" + subject).body())
        .isEqualTo("[\"" + subject + "\"]");
    assertThat(rest.get("/subjects?subjectPrefix=no-" + subject).body()).isEqualTo("[]");
    assertThat(rest.get("/subjects?subjectPrefix=:*:").body()).contains(subject);
  }

  @Test
  void knowsAvro() {
    assertThat(rest.get("/schemas/types").body()).contains("\"AVRO\"");
  }

  @Test
  void takesSubjectsWithSlashAndSpace() throws Exception {
    String odd = subject + "/with space+plus%25";
    client.register(odd, new AvroSchema(V1));

    assertThat(freshClient().getAllVersions(odd)).containsExactly(1);
    assertThat(rest.get("/subjects/" + Rest.encode(odd) + "/versions").body()).isEqualTo("[1]");
    assertThat(client.getAllSubjects()).contains(odd);
  }

  // References between schemas.

  @Test
  void resolvesReferences() throws Exception {
    client.register(subject, new AvroSchema(V1));
    AvroSchema user =
        new AvroSchema(
            "{\"type\":\"record\",\"name\":\"U\",\"fields\":[{\"name\":\"r\",\"type\":\"t.R\"}]}",
            List.of(new SchemaReference("t.R", subject, 1)),
            Map.of("t.R", V1),
            null);

    int id = client.register(subject + "-user", user);

    assertThat(freshClient().getSchemaById(id).references())
        .containsExactly(new SchemaReference("t.R", subject, 1));
    assertThat(rest.get(versions + "/1/referencedby").body()).isEqualTo("[" + id + "]");
  }

  @Test
  void refusesReferencesToWhatIsNotThere() {
    Answer answer = rest.post(versions, Rest.schema("\"t.R\"", "t.R", subject + "-no", 1));

    assertThat(answer.failure()).isEqualTo("422 42201");
  }

  @Test
  void keepsWhatIsReferredTo() {
    register(V1);
    String user =
        "{\"type\":\"record\",\"name\":\"U\",\"fields\":[{\"name\":\"r\",\"type\":\"t.R\"}]}";
    rest.post("/subjects/" + subject + "-user/versions", Rest.schema(user, "t.R", subject, 1));

    assertThat(rest.delete(versions + "/1").failure()).isEqualTo("422 42206");
    assertThat(rest.delete("/subjects/" + subject).failure()).isEqualTo("422 42206");
  }

  // Compatibility.

  @Test
  void refusesWhatReadersCouldNotRead() {
    register(V1);

    Answer answer = rest.post(versions, Rest.schema(OTHER));

    assertThat(answer.failure()).isEqualTo("409 409");
    assertThat(answer.json().path("message").asText()).isNotEmpty();
    assertThatThrownBy(() -> freshClient().register(subject, new AvroSchema(OTHER)))
        .isInstanceOf(RestClientException.class);
  }

  @Test
  void clientAsksWhetherASchemaFits() throws Exception {
    register(V1);

    assertThat(client.testCompatibility(subject, new AvroSchema(V2))).isTrue();
    assertThat(client.testCompatibility(subject, new AvroSchema(OTHER))).isFalse();
  }

  @Test
  void clientAsksWhyASchemaDoesNotFit() throws Exception {
    register(V1);

    assertThat(client.testCompatibilityVerbose(subject, new AvroSchema(V2))).isEmpty();
    assertThat(client.testCompatibilityVerbose(subject, new AvroSchema(OTHER))).isNotEmpty();
  }

  @Test
  void comparesWithOneVersion() {
    register(V1);

    assertThat(fits("/1", OTHER)).isFalse();
    assertThat(fits("/1", V2)).isTrue();
    assertThat(fits("/latest", OTHER)).isFalse();
    assertThat(fits("/latest", V2)).isTrue();
  }

  @Test
  void anythingFitsASubjectThatIsNotThere() {
    assertThat(fits("", V1)).isTrue();
    assertThat(fits("/latest", V1)).isTrue();
  }

  @Test
  void comparesWithNoVersionThatIsNotThere() {
    register(V1);

    assertThat(rest.post("/compatibility" + versions + "/7", Rest.schema(V1)).failure())
        .isEqualTo("404 40402");
  }

  @Test
  void comparesNothingThatIsNoSchema() {
    register(V1);

    assertThat(rest.post("/compatibility" + versions, Rest.schema("{}")).failure())
        .isEqualTo("422 42201");
  }

  @Test
  void levelsDecideWhatIsTaken() {
    assertThat(takenAfter("BACKWARD", V2, V1)).isTrue();
    assertThat(takenAfter("BACKWARD", FORWARD_ONLY, V1)).isFalse();
    assertThat(takenAfter("FORWARD", FORWARD_ONLY, V1)).isTrue();
    assertThat(takenAfter("FORWARD", OTHER, V1)).isFalse();
    assertThat(takenAfter("FULL", V2, V1)).isTrue();
    assertThat(takenAfter("FULL", FORWARD_ONLY, V1)).isFalse();
  }

  @Test
  void levelNoneTakesEverything() {
    assertThat(takenAfter("NONE", OTHER, V1)).isTrue();
  }

  @Test
  void transitiveLevelsDecideByAllVersions() {
    assertThat(takenAfter("BACKWARD", NO_DEFAULT, V1, V2)).isTrue();
    assertThat(takenAfter("BACKWARD_TRANSITIVE", NO_DEFAULT, V1, V2)).isFalse();
    assertThat(takenAfter("FORWARD_TRANSITIVE", NO_DEFAULT, V1, V2)).isTrue();
    assertThat(takenAfter("FULL_TRANSITIVE", NO_DEFAULT, V1, V2)).isFalse();
  }

  @Test
  void comparesWithAsManyVersionsAsTheLevelDemands() {
    register(V1);
    register(V2);

    setLevel(subject, "BACKWARD");
    assertThat(fits("", NO_DEFAULT)).isTrue();
    setLevel(subject, "BACKWARD_TRANSITIVE");
    assertThat(fits("", NO_DEFAULT)).isFalse();
  }

  /** Whether a subject of that level takes a schema after others. */
  private boolean takenAfter(String level, String text, String... earlier) {
    String other = subject + "-" + UUID.randomUUID();
    String path = "/subjects/" + other + "/versions";
    for (String before : earlier) {
      assertThat(rest.post(path, Rest.schema(before)).status()).isEqualTo(200);
    }
    setLevel(other, level);
    return rest.post(path, Rest.schema(text)).status() == 200;
  }

  private boolean fits(String version, String text) {
    Answer answer = rest.post("/compatibility" + versions + version, Rest.schema(text));
    assertThat(answer.json().path("is_compatible").isBoolean()).as(answer.body()).isTrue();
    return answer.json().path("is_compatible").asBoolean();
  }

  private void setLevel(String of, String level) {
    String body = "{\"compatibility\":\"" + level + "\"}";
    assertThat(rest.put("/config/" + of, body).status()).isEqualTo(200);
  }

  // Levels and modes.

  @Test
  void globalLevelIsBackward() {
    assertThat(rest.get("/config").body()).isEqualTo("{\"compatibilityLevel\":\"BACKWARD\"}");
  }

  @Test
  void subjectsHaveLevelsOfTheirOwn() {
    register(V1);
    Answer put = rest.put("/config/" + subject, "{\"compatibility\":\"FULL\"}");

    assertThat(put.body()).isEqualTo("{\"compatibility\":\"FULL\"}");
    assertThat(rest.get("/config/" + subject).body())
        .isEqualTo("{\"compatibilityLevel\":\"FULL\"}");
    assertThat(rest.delete("/config/" + subject).body())
        .isEqualTo("{\"compatibilityLevel\":\"FULL\"}");
  }

  @Test
  void fallsBackToTheGlobalLevelWhenAsked() {
    register(V1);

    assertThat(rest.get("/config/" + subject + "?defaultToGlobal=true").body())
        .isEqualTo("{\"compatibilityLevel\":\"BACKWARD\"}");
  }

  @Test
  void saysThatASubjectHasNoLevelOfItsOwn() {
    register(V1);

    assertThat(rest.get("/config/" + subject).failure()).isEqualTo("404 40408");
  }

  @Test
  void setsAndUnsetsTheGlobalLevel() {
    try {
      assertThat(rest.put("/config", "{\"compatibility\":\"FULL_TRANSITIVE\"}").status())
          .isEqualTo(200);
      assertThat(rest.get("/config").body())
          .isEqualTo("{\"compatibilityLevel\":\"FULL_TRANSITIVE\"}");
    } finally {
      rest.put("/config", "{\"compatibility\":\"BACKWARD\"}");
    }
  }

  @Test
  void refusesALevelThatIsNone() {
    assertThat(rest.put("/config/" + subject, "{\"compatibility\":\"SIDEWAYS\"}").failure())
        .isEqualTo("422 42203");
    assertThat(rest.put("/config", "{\"compatibility\":\"SIDEWAYS\"}").failure())
        .isEqualTo("422 42203");
  }

  @Test
  void modeIsReadwrite() {
    assertThat(rest.get("/mode").body()).isEqualTo("{\"mode\":\"READWRITE\"}");
  }

  @Test
  void refusesAModeThatIsNone() {
    assertThat(rest.put("/mode", "{\"mode\":\"WRITEONLY\"}").failure()).isEqualTo("422 42204");
  }

  @Test
  void aReadOnlySubjectDoesNotChange() {
    int id = register(V1);
    rest.put("/mode/" + subject, "{\"mode\":\"READONLY\"}");

    assertThat(rest.get("/mode/" + subject).body()).isEqualTo("{\"mode\":\"READONLY\"}");
    assertThat(rest.post(versions, Rest.schema(V2)).failure()).isEqualTo("422 42205");
    assertThat(rest.delete("/subjects/" + subject).failure()).isEqualTo("422 42205");
    assertThat(register(V1)).isEqualTo(id);

    assertThat(rest.delete("/mode/" + subject).body()).isEqualTo("{\"mode\":\"READONLY\"}");
    assertThat(rest.get("/mode/" + subject).failure()).isEqualTo("404 40409");
    register(V2);
  }

  // Deleting.

  @Test
  void aDeletedSubjectIsHiddenAndItsIdsStillResolve() throws Exception {
    int id = register(V1);

    assertThat(client.deleteSubject(subject)).containsExactly(1);

    assertThat(rest.get("/subjects").body()).doesNotContain(subject);
    assertThat(rest.get("/subjects?deleted=true").body()).contains(subject);
    assertThat(rest.get(versions).failure()).isEqualTo("404 40401");
    assertThat(rest.get(versions + "?deleted=true").body()).isEqualTo("[1]");
    assertThat(freshClient().getSchemaById(id)).isEqualTo(new AvroSchema(V1));
  }

  @Test
  void aSubjectIsDeletedBeforeItIsForgotten() {
    register(V1);

    assertThat(rest.delete("/subjects/" + subject).body()).isEqualTo("[1]");
    assertThat(rest.delete("/subjects/" + subject + "?permanent=true").body()).isEqualTo("[1]");
    assertThat(rest.delete("/subjects/" + subject).failure()).isEqualTo("404 40401");
  }

  @Test
  void refusesToDeleteASubjectOutOfOrder() {
    register(V1);

    assertThat(rest.delete("/subjects/" + subject + "?permanent=true").failure())
        .isEqualTo("404 40405");
    rest.delete("/subjects/" + subject);
    assertThat(rest.delete("/subjects/" + subject).failure()).isEqualTo("404 40404");
  }

  @Test
  void aVersionIsDeletedBeforeItIsForgotten() {
    register(V1);
    register(V2);

    assertThat(rest.delete(versions + "/1").body()).isEqualTo("1");
    assertThat(rest.get(versions).body()).isEqualTo("[2]");
    assertThat(rest.get(versions + "/1").failure()).isEqualTo("404 40402");
    assertThat(rest.get(versions + "/1?deleted=true").status()).isEqualTo(200);
    assertThat(rest.delete(versions + "/1?permanent=true").body()).isEqualTo("1");
    assertThat(rest.get(versions + "/1?deleted=true").failure()).isEqualTo("404 40402");
  }

  @Test
  void refusesToDeleteAVersionOutOfOrder() {
    register(V1);
    register(V2);

    assertThat(rest.delete(versions + "/1?permanent=true").failure()).isEqualTo("404 40407");
    rest.delete(versions + "/1");
    assertThat(rest.delete(versions + "/1").failure()).isEqualTo("404 40406");
  }

  @Test
  void aForgottenSchemaHasNoId() {
    String unique = record("{\"name\":\"a\",\"type\":\"string\",\"doc\":\"" + subject + "\"}");
    int id = register(unique);
    rest.delete("/subjects/" + subject);
    rest.delete("/subjects/" + subject + "?permanent=true");

    assertThat(rest.get("/schemas/ids/" + id).failure()).isEqualTo("404 40403");
    assertThat(register(unique)).isNotEqualTo(id);
  }

  @Test
  void aDeletedSchemaComesBackAsANewVersionWithItsOldId() {
    int id = register(V1);
    rest.delete("/subjects/" + subject);

    assertThat(register(V1)).isEqualTo(id);
    assertThat(rest.get(versions).body()).isEqualTo("[2]");
  }

  @Test
  void deletedVersionsDoNotLimitNewOnes() {
    register(V1);
    rest.delete(versions + "/1");

    assertThat(rest.post(versions, Rest.schema(OTHER)).status()).isEqualTo(200);
  }

  // What is not there or not right.

  @Test
  void saysThatASubjectIsNotThere() {
    assertThat(rest.get(versions).failure()).isEqualTo("404 40401");
    assertThat(rest.get(versions + "/1").failure()).isEqualTo("404 40401");
    assertThat(rest.get(versions + "/latest").failure()).isEqualTo("404 40401");
    assertThat(rest.delete("/subjects/" + subject).failure()).isEqualTo("404 40401");
    assertThat(rest.post("/subjects/" + subject, Rest.schema(V1)).failure()).isEqualTo("404 40401");
  }

  @Test
  void namesTheSubjectThatIsNotThere() {
    assertThat(rest.get(versions).json().path("message").asText())
        .isEqualTo("Subject '" + subject + "' not found.");
  }

  @Test
  void saysThatAVersionIsNotThere() {
    register(V1);

    assertThat(rest.get(versions + "/2").failure()).isEqualTo("404 40402");
    assertThat(rest.delete(versions + "/2").failure()).isEqualTo("404 40402");
  }

  @Test
  void refusesVersionsThatAreNone() {
    register(V1);

    assertThat(rest.get(versions + "/earliest").failure()).isEqualTo("422 42202");
    assertThat(rest.get(versions + "/0").failure()).isEqualTo("422 42202");
  }

  @Test
  void saysThatASchemaIsNotThere() {
    register(V1);

    assertThat(rest.get("/schemas/ids/2000000000").failure()).isEqualTo("404 40403");
    assertThat(rest.post("/subjects/" + subject, Rest.schema(V2)).failure()).isEqualTo("404 40403");
  }

  @Test
  void refusesWhatIsNoSchema() {
    assertThat(rest.post(versions, Rest.schema("{\"type\":\"recrd\"}")).failure())
        .isEqualTo("422 42201");
    assertThat(rest.post(versions, Rest.schema("not json")).failure()).isEqualTo("422 42201");
  }

  @Test
  void refusesAnEmptySchema() {
    assertThat(rest.post(versions, Rest.schema("")).failure()).isEqualTo("422 42201");
  }

  @Test
  void refusesATypeThatIsNone() {
    assertThat(rest.post(versions, "{\"schema\":\"x\",\"schemaType\":\"COBOL\"}").failure())
        .isEqualTo("422 42201");
  }

  @Test
  void refusesABodyThatIsNoJson() {
    assertThat(rest.post(versions, "{\"schema\":").status()).isEqualTo(400);
  }

  // HTTP.

  @Test
  void rootIsAnEmptyObject() {
    assertThat(rest.get("/").body()).isEqualTo("{}");
  }

  @Test
  void takesAndGivesPlainJson() {
    assertThat(rest.post(versions, Rest.schema(V1), "application/json").status()).isEqualTo(200);
    assertThat(rest.get(versions, "application/json").contentType()).startsWith("application/json");
  }

  @Test
  void refusesOtherContentTypes() {
    assertThat(rest.post(versions, Rest.schema(V1), "text/plain").status()).isEqualTo(415);
  }

  @Test
  void answersUnknownPathsWithAnErrorBody() {
    assertThat(rest.get("/no/such/path").failure()).isEqualTo("404 404");
  }
}
