package dev.prefstream.embedded;

import static dev.prefstream.embedded.Schemas.OTHER;
import static dev.prefstream.embedded.Schemas.V1;
import static dev.prefstream.embedded.Schemas.V2;
import static dev.prefstream.embedded.Schemas.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import org.junit.jupiter.api.Test;

/** Hiding versions, and forgetting them. */
interface DeletionContract extends RegistryUnderTest {

  @Test
  default void aDeletedSubjectIsHiddenAndItsIdsStillResolve() throws Exception {
    int id = register(V1);

    assertThat(client().deleteSubject(subject())).containsExactly(1);

    assertThat(rest().get("/subjects").body()).doesNotContain(subject());
    assertThat(rest().get("/subjects?deleted=true").body()).contains(subject());
    assertThat(rest().get(versions()).failure()).isEqualTo("404 40401");
    assertThat(rest().get(versions() + "?deleted=true").body()).isEqualTo("[1]");
    assertThat(freshClient().getSchemaById(id)).isEqualTo(new AvroSchema(V1));
  }

  @Test
  default void aSubjectIsDeletedBeforeItIsForgotten() {
    register(V1);

    assertThat(rest().delete("/subjects/" + subject()).body()).isEqualTo("[1]");
    assertThat(rest().delete("/subjects/" + subject() + "?permanent=true").body()).isEqualTo("[1]");
    assertThat(rest().delete("/subjects/" + subject()).failure()).isEqualTo("404 40401");
  }

  @Test
  default void refusesToDeleteASubjectOutOfOrder() {
    register(V1);

    assertThat(rest().delete("/subjects/" + subject() + "?permanent=true").failure())
        .isEqualTo("404 40405");
    rest().delete("/subjects/" + subject());
    assertThat(rest().delete("/subjects/" + subject()).failure()).isEqualTo("404 40404");
  }

  @Test
  default void aVersionIsDeletedBeforeItIsForgotten() {
    register(V1);
    register(V2);

    assertThat(rest().delete(versions() + "/1").body()).isEqualTo("1");
    assertThat(rest().get(versions()).body()).isEqualTo("[2]");
    assertThat(rest().get(versions() + "/1").failure()).isEqualTo("404 40402");
    assertThat(rest().get(versions() + "/1?deleted=true").status()).isEqualTo(200);
    assertThat(rest().delete(versions() + "/1?permanent=true").body()).isEqualTo("1");
    assertThat(rest().get(versions() + "/1?deleted=true").failure()).isEqualTo("404 40402");
  }

  @Test
  default void refusesToDeleteAVersionOutOfOrder() {
    register(V1);
    register(V2);

    assertThat(rest().delete(versions() + "/1?permanent=true").failure()).isEqualTo("404 40407");
    rest().delete(versions() + "/1");
    assertThat(rest().delete(versions() + "/1").failure()).isEqualTo("404 40406");
  }

  @Test
  default void aForgottenSchemaHasNoId() {
    String unique = record("{\"name\":\"a\",\"type\":\"string\",\"doc\":\"" + subject() + "\"}");
    int id = register(unique);
    rest().delete("/subjects/" + subject());
    rest().delete("/subjects/" + subject() + "?permanent=true");

    assertThat(rest().get("/schemas/ids/" + id).failure()).isEqualTo("404 40403");
    assertThat(register(unique)).isNotEqualTo(id);
  }

  @Test
  default void aDeletedSchemaComesBackAsANewVersionWithItsOldId() {
    int id = register(V1);
    rest().delete("/subjects/" + subject());

    assertThat(register(V1)).isEqualTo(id);
    assertThat(rest().get(versions()).body()).isEqualTo("[2]");
  }

  @Test
  default void deletedVersionsDoNotLimitNewOnes() {
    register(V1);
    rest().delete(versions() + "/1");

    assertThat(rest().post(versions(), Rest.schema(OTHER)).status()).isEqualTo(200);
  }
}
