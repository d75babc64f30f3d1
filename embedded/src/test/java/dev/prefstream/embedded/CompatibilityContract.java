package dev.prefstream.embedded;

import static dev.prefstream.embedded.Schemas.FORWARD_ONLY;
import static dev.prefstream.embedded.Schemas.NO_DEFAULT;
import static dev.prefstream.embedded.Schemas.OTHER;
import static dev.prefstream.embedded.Schemas.V1;
import static dev.prefstream.embedded.Schemas.V2;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefstream.embedded.Rest.Answer;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Which schemas fit those before them. */
interface CompatibilityContract extends RegistryUnderTest {

  @Test
  default void refusesWhatReadersCouldNotRead() {
    register(V1);

    Answer answer = rest().post(versions(), Rest.schema(OTHER));

    assertThat(answer.failure()).isEqualTo("409 409");
    assertThat(answer.json().path("message").asText()).isNotEmpty();
    assertThatThrownBy(() -> freshClient().register(subject(), new AvroSchema(OTHER)))
        .isInstanceOf(RestClientException.class);
  }

  @Test
  default void clientAsksWhetherASchemaFits() throws Exception {
    register(V1);

    assertThat(client().testCompatibility(subject(), new AvroSchema(V2))).isTrue();
    assertThat(client().testCompatibility(subject(), new AvroSchema(OTHER))).isFalse();
  }

  @Test
  default void clientAsksWhyASchemaDoesNotFit() throws Exception {
    register(V1);

    assertThat(client().testCompatibilityVerbose(subject(), new AvroSchema(V2))).isEmpty();
    assertThat(client().testCompatibilityVerbose(subject(), new AvroSchema(OTHER))).isNotEmpty();
  }

  @Test
  default void comparesWithOneVersion() {
    register(V1);

    assertThat(fits("/1", OTHER)).isFalse();
    assertThat(fits("/1", V2)).isTrue();
    assertThat(fits("/latest", OTHER)).isFalse();
    assertThat(fits("/latest", V2)).isTrue();
  }

  @Test
  default void anythingFitsASubjectThatIsNotThere() {
    assertThat(fits("", V1)).isTrue();
    assertThat(fits("/latest", V1)).isTrue();
  }

  @Test
  default void comparesWithNoVersionThatIsNotThere() {
    register(V1);

    assertThat(rest().post("/compatibility" + versions() + "/7", Rest.schema(V1)).failure())
        .isEqualTo("404 40402");
  }

  @Test
  default void comparesNothingThatIsNoSchema() {
    register(V1);

    assertThat(rest().post("/compatibility" + versions(), Rest.schema("{}")).failure())
        .isEqualTo("422 42201");
  }

  @Test
  default void levelsDecideWhatIsTaken() {
    assertThat(takenAfter("BACKWARD", V2, V1)).isTrue();
    assertThat(takenAfter("BACKWARD", FORWARD_ONLY, V1)).isFalse();
    assertThat(takenAfter("FORWARD", FORWARD_ONLY, V1)).isTrue();
    assertThat(takenAfter("FORWARD", OTHER, V1)).isFalse();
    assertThat(takenAfter("FULL", V2, V1)).isTrue();
    assertThat(takenAfter("FULL", FORWARD_ONLY, V1)).isFalse();
  }

  @Test
  default void levelNoneTakesEverything() {
    assertThat(takenAfter("NONE", OTHER, V1)).isTrue();
  }

  @Test
  default void transitiveLevelsDecideByAllVersions() {
    assertThat(takenAfter("BACKWARD", NO_DEFAULT, V1, V2)).isTrue();
    assertThat(takenAfter("BACKWARD_TRANSITIVE", NO_DEFAULT, V1, V2)).isFalse();
    assertThat(takenAfter("FORWARD_TRANSITIVE", NO_DEFAULT, V1, V2)).isTrue();
    assertThat(takenAfter("FULL_TRANSITIVE", NO_DEFAULT, V1, V2)).isFalse();
  }

  @Test
  default void comparesWithAsManyVersionsAsTheLevelDemands() {
    register(V1);
    register(V2);

    setLevel(subject(), "BACKWARD");
    assertThat(fits("", NO_DEFAULT)).isTrue();
    setLevel(subject(), "BACKWARD_TRANSITIVE");
    assertThat(fits("", NO_DEFAULT)).isFalse();
  }

  /** Whether a subject of that level takes a schema after others. */
  private boolean takenAfter(String level, String text, String... earlier) {
    String other = subject() + "-" + UUID.randomUUID();
    String path = "/subjects/" + other + "/versions";
    for (String before : earlier) {
      assertThat(rest().post(path, Rest.schema(before)).status()).isEqualTo(200);
    }
    setLevel(other, level);
    return rest().post(path, Rest.schema(text)).status() == 200;
  }

  private boolean fits(String version, String text) {
    Answer answer = rest().post("/compatibility" + versions() + version, Rest.schema(text));
    assertThat(answer.json().path("is_compatible").isBoolean()).as(answer.body()).isTrue();
    return answer.json().path("is_compatible").asBoolean();
  }

  private void setLevel(String of, String level) {
    String body = "{\"compatibility\":\"" + level + "\"}";
    assertThat(rest().put("/config/" + of, body).status()).isEqualTo(200);
  }
}
