package dev.prefstream.embedded;

import io.confluent.kafka.schemaregistry.avro.AvroSchemaProvider;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What a schema registry must do so that Confluent's clients can work with it: their Java client
 * and plain HTTP against the behaviour that Confluent documents for its REST API. Every test works
 * under subjects of its own, so a registry may be shared.
 */
abstract class RegistryContract
    implements RegistrationContract,
        ReferenceContract,
        CompatibilityContract,
        SettingsContract,
        DeletionContract,
        RefusalContract {

  private final String subject = "contract-" + UUID.randomUUID() + "-value";

  @SuppressWarnings("NullAway.Init")
  private Rest rest;

  @SuppressWarnings("NullAway.Init")
  private SchemaRegistryClient client;

  @BeforeEach
  void connect() {
    rest = new Rest(url());
    client = freshClient();
  }

  @AfterEach
  void disconnect() throws Exception {
    client.close();
  }

  @Override
  public Rest rest() {
    return rest;
  }

  @Override
  public SchemaRegistryClient client() {
    return client;
  }

  @Override
  public SchemaRegistryClient freshClient() {
    return new CachedSchemaRegistryClient(
        List.of(url()), 100, List.of(new AvroSchemaProvider()), Map.of(), Map.of());
  }

  @Override
  public String subject() {
    return subject;
  }
}
