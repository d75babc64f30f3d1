package dev.prefstream.embedded;

import static dev.prefstream.embedded.Schemas.V1;
import static dev.prefstream.embedded.Schemas.V2;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Requests for what is not there, requests that are not right, and the rules of HTTP. */
interface RefusalContract extends RegistryUnderTest {

  @Test
  default void saysThatASubjectIsNotThere() {
    assertThat(rest().get(versions()).failure()).isEqualTo("404 40401");
    assertThat(rest().get(versions() + "/1").failure()).isEqualTo("404 40401");
    assertThat(rest().get(versions() + "/latest").failure()).isEqualTo("404 40401");
    assertThat(rest().delete("/subjects/" + subject()).failure()).isEqualTo("404 40401");
    assertThat(rest().post("/subjects/" + subject(), Rest.schema(V1)).failure())
        .isEqualTo("404 40401");
  }

  @Test
  default void namesTheSubjectThatIsNotThere() {
    assertThat(rest().get(versions()).json().path("message").asText())
        .isEqualTo("Subject '" + subject() + "' not found.");
  }

  @Test
  default void saysThatAVersionIsNotThere() {
    register(V1);

    assertThat(rest().get(versions() + "/2").failure()).isEqualTo("404 40402");
    assertThat(rest().delete(versions() + "/2").failure()).isEqualTo("404 40402");
  }

  @Test
  default void refusesVersionsThatAreNone() {
    register(V1);

    assertThat(rest().get(versions() + "/earliest").failure()).isEqualTo("422 42202");
    assertThat(rest().get(versions() + "/0").failure()).isEqualTo("422 42202");
  }

  @Test
  default void saysThatASchemaIsNotThere() {
    register(V1);

    assertThat(rest().get("/schemas/ids/2000000000").failure()).isEqualTo("404 40403");
    assertThat(rest().post("/subjects/" + subject(), Rest.schema(V2)).failure())
        .isEqualTo("404 40403");
  }

  @Test
  default void refusesWhatIsNoSchema() {
    assertThat(rest().post(versions(), Rest.schema("{\"type\":\"recrd\"}")).failure())
        .isEqualTo("422 42201");
    assertThat(rest().post(versions(), Rest.schema("not json")).failure()).isEqualTo("422 42201");
  }

  @Test
  default void refusesAnEmptySchema() {
    assertThat(rest().post(versions(), Rest.schema("")).failure()).isEqualTo("422 42201");
  }

  @Test
  default void refusesATypeThatIsNone() {
    assertThat(rest().post(versions(), "{\"schema\":\"x\",\"schemaType\":\"COBOL\"}").failure())
        .isEqualTo("422 42201");
  }

  @Test
  default void refusesABodyThatIsNoJson() {
    assertThat(rest().post(versions(), "{\"schema\":").status()).isEqualTo(400);
  }

  @Test
  default void rootIsAnEmptyObject() {
    assertThat(rest().get("/").body()).isEqualTo("{}");
  }

  @Test
  default void takesAndGivesPlainJson() {
    assertThat(rest().post(versions(), Rest.schema(V1), "application/json").status())
        .isEqualTo(200);
    assertThat(rest().get(versions(), "application/json").contentType())
        .startsWith("application/json");
  }

  @Test
  default void refusesOtherContentTypes() {
    assertThat(rest().post(versions(), Rest.schema(V1), "text/plain").status()).isEqualTo(415);
  }

  @Test
  default void answersUnknownPathsWithAnErrorBody() {
    assertThat(rest().get("/no/such/path").failure()).isEqualTo("404 404");
  }
}
