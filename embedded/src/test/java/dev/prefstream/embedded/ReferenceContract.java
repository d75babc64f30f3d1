package dev.prefstream.embedded;

import static dev.prefstream.embedded.Schemas.V1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.embedded.Rest.Answer;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.rest.entities.SchemaReference;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Schemas that build on others. */
interface ReferenceContract extends RegistryUnderTest {

  @Test
  default void resolvesReferences() throws Exception {
    client().register(subject(), new AvroSchema(V1));
    AvroSchema user =
        new AvroSchema(
            "{\"type\":\"record\",\"name\":\"U\",\"fields\":[{\"name\":\"r\",\"type\":\"t.R\"}]}",
            List.of(new SchemaReference("t.R", subject(), 1)),
            Map.of("t.R", V1),
            null);

    int id = client().register(subject() + "-user", user);

    assertThat(freshClient().getSchemaById(id).references())
        .containsExactly(new SchemaReference("t.R", subject(), 1));
    assertThat(rest().get(versions() + "/1/referencedby").body()).isEqualTo("[" + id + "]");
  }

  @Test
  default void refusesReferencesToWhatIsNotThere() {
    Answer answer = rest().post(versions(), Rest.schema("\"t.R\"", "t.R", subject() + "-no", 1));

    assertThat(answer.failure()).isEqualTo("422 42201");
  }

  @Test
  default void keepsWhatIsReferredTo() {
    register(V1);
    String user =
        "{\"type\":\"record\",\"name\":\"U\",\"fields\":[{\"name\":\"r\",\"type\":\"t.R\"}]}";
    rest()
        .post("/subjects/" + subject() + "-user/versions", Rest.schema(user, "t.R", subject(), 1));

    assertThat(rest().delete(versions() + "/1").failure()).isEqualTo("422 42206");
    assertThat(rest().delete("/subjects/" + subject()).failure()).isEqualTo("422 42206");
  }
}
