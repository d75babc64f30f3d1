package dev.prefstream.embedded;

import static dev.prefstream.embedded.Schemas.V1;
import static dev.prefstream.embedded.Schemas.V2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.embedded.Rest.Answer;
import org.junit.jupiter.api.Test;

/** Compatibility levels and modes, of the registry and of subjects. */
interface SettingsContract extends RegistryUnderTest {

  @Test
  default void globalLevelIsBackward() {
    assertThat(rest().get("/config").body()).isEqualTo("{\"compatibilityLevel\":\"BACKWARD\"}");
  }

  @Test
  default void subjectsHaveLevelsOfTheirOwn() {
    register(V1);
    Answer put = rest().put("/config/" + subject(), "{\"compatibility\":\"FULL\"}");

    assertThat(put.body()).isEqualTo("{\"compatibility\":\"FULL\"}");
    assertThat(rest().get("/config/" + subject()).body())
        .isEqualTo("{\"compatibilityLevel\":\"FULL\"}");
    assertThat(rest().delete("/config/" + subject()).body())
        .isEqualTo("{\"compatibilityLevel\":\"FULL\"}");
  }

  @Test
  default void fallsBackToTheGlobalLevelWhenAsked() {
    register(V1);

    assertThat(rest().get("/config/" + subject() + "?defaultToGlobal=true").body())
        .isEqualTo("{\"compatibilityLevel\":\"BACKWARD\"}");
  }

  @Test
  default void saysThatASubjectHasNoLevelOfItsOwn() {
    register(V1);

    assertThat(rest().get("/config/" + subject()).failure()).isEqualTo("404 40408");
  }

  @Test
  default void setsAndUnsetsTheGlobalLevel() {
    try {
      assertThat(rest().put("/config", "{\"compatibility\":\"FULL_TRANSITIVE\"}").status())
          .isEqualTo(200);
      assertThat(rest().get("/config").body())
          .isEqualTo("{\"compatibilityLevel\":\"FULL_TRANSITIVE\"}");
    } finally {
      rest().put("/config", "{\"compatibility\":\"BACKWARD\"}");
    }
  }

  @Test
  default void refusesALevelThatIsNone() {
    assertThat(rest().put("/config/" + subject(), "{\"compatibility\":\"SIDEWAYS\"}").failure())
        .isEqualTo("422 42203");
    assertThat(rest().put("/config", "{\"compatibility\":\"SIDEWAYS\"}").failure())
        .isEqualTo("422 42203");
  }

  @Test
  default void modeIsReadwrite() {
    assertThat(rest().get("/mode").body()).isEqualTo("{\"mode\":\"READWRITE\"}");
  }

  @Test
  default void refusesAModeThatIsNone() {
    assertThat(rest().put("/mode", "{\"mode\":\"WRITEONLY\"}").failure()).isEqualTo("422 42204");
  }

  @Test
  default void aReadOnlySubjectDoesNotChange() {
    int id = register(V1);
    rest().put("/mode/" + subject(), "{\"mode\":\"READONLY\"}");

    assertThat(rest().get("/mode/" + subject()).body()).isEqualTo("{\"mode\":\"READONLY\"}");
    assertThat(rest().post(versions(), Rest.schema(V2)).failure()).isEqualTo("422 42205");
    assertThat(rest().delete("/subjects/" + subject()).failure()).isEqualTo("422 42205");
    assertThat(register(V1)).isEqualTo(id);

    assertThat(rest().delete("/mode/" + subject()).body()).isEqualTo("{\"mode\":\"READONLY\"}");
    assertThat(rest().get("/mode/" + subject()).failure()).isEqualTo("404 40409");
    register(V2);
  }
}
