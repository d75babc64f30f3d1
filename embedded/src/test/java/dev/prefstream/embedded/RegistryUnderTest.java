package dev.prefstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.embedded.Rest.Answer;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;

/** A registry, and a subject that no other test uses. */
interface RegistryUnderTest {

  /** Its address. */
  String url();

  /** Plain HTTP calls to it. */
  Rest rest();

  /** Confluent's client. */
  SchemaRegistryClient client();

  /** Confluent's client with an empty cache. */
  SchemaRegistryClient freshClient();

  /** Name of the subject. */
  String subject();

  /** Path of the subject's versions. */
  default String versions() {
    return "/subjects/" + subject() + "/versions";
  }

  /** Registers a schema under the subject and returns its id. */
  default int register(String text) {
    Answer answer = rest().post(versions(), Rest.schema(text));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().path("id").asInt();
  }
}
