package dev.prefstream.embedded;

import static dev.prefstream.embedded.Schemas.OTHER;
import static dev.prefstream.embedded.Schemas.V1;
import static dev.prefstream.embedded.Schemas.V2;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefstream.embedded.Rest.Answer;
import dev.prefstream.runtime.service.PortInUseException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRegistryTest extends RegistryContract {

  private final Path dataDir;
  private EmbeddedRegistry registry;

  EmbeddedRegistryTest(@TempDir Path dataDir) {
    this.dataDir = dataDir;
    this.registry = EmbeddedRegistry.start(dataDir, 0);
  }

  @Override
  public String url() {
    return registry.url();
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @BeforeEach
  void startsEmpty() {
    assertThat(rest().get("/subjects").body()).isEqualTo("[]");
  }

  @Test
  void keepsEverythingOverARestart() {
    int id = register(V1);
    register(V2);
    rest().delete(versions() + "/1");
    rest().put("/config/" + subject(), "{\"compatibility\":\"NONE\"}");
    rest().put("/mode", "{\"mode\":\"READONLY\"}");
    List<String> paths =
        List.of(
            "/subjects",
            versions(),
            versions() + "?deleted=true",
            "/schemas",
            "/schemas/ids/" + id,
            "/config",
            "/config/" + subject(),
            "/mode");
    List<String> before = paths.stream().map(path -> rest().get(path).body()).toList();

    restart();

    assertThat(paths.stream().map(path -> rest().get(path).body()).toList()).isEqualTo(before);
  }

  @Test
  void neverGivesAnIdAgain() {
    int id = register(V1);
    rest().delete("/subjects/" + subject());
    rest().delete("/subjects/" + subject() + "?permanent=true");

    restart();

    assertThat(register(OTHER)).isGreaterThan(id);
  }

  @Test
  void cutsOffALineThatAKillTore() throws Exception {
    int id = register(V1);
    registry.close();
    Path file = dataDir.resolve("registry.jsonl");
    String whole = Files.readString(file);
    Files.writeString(file, "[{\"event\":\"registered\",\"subj", StandardOpenOption.APPEND);

    registry = EmbeddedRegistry.start(dataDir, 0);
    connect();

    assertThat(rest().get("/schemas/ids/" + id).status()).isEqualTo(200);
    assertThat(file).content().isEqualTo(whole);
    assertThat(register(V2)).isEqualTo(id + 1);
  }

  @Test
  void refusesAFileThatIsDamagedInTheMiddle() throws Exception {
    register(V1);
    registry.close();
    Path file = dataDir.resolve("registry.jsonl");
    Files.writeString(file, "damage\n" + Files.readString(file));

    assertThatThrownBy(() -> EmbeddedRegistry.start(dataDir, 0))
        .isInstanceOf(EmbeddedFailureException.class)
        .hasMessageContaining("line 1")
        .hasMessageContaining(file.toString());
  }

  @Test
  void refusesATakenPortByName(@TempDir Path other) throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> EmbeddedRegistry.start(other, taken.getLocalPort()))
          .isInstanceOf(PortInUseException.class)
          .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
          .hasMessageContaining("embedded.registry-port");
    }
    EmbeddedRegistry.start(other, 0).close();
  }

  @Test
  void refusesADirectoryInUse() {
    assertThatThrownBy(() -> EmbeddedRegistry.start(dataDir, 0))
        .isInstanceOf(EmbeddedFailureException.class)
        .hasMessageContaining(dataDir.toString());
  }

  @Test
  void keepsAvroOnly() {
    Answer answer = rest().post(versions(), "{\"schema\":\"{}\",\"schemaType\":\"JSON\"}");

    assertThat(answer.failure()).isEqualTo("422 42201");
    assertThat(answer.json().path("message").asText()).contains("JSON").contains("AVRO");
  }

  @Test
  void keepsNoMetadata() {
    String body = "{\"schema\":\"\\\"int\\\"\",\"metadata\":{\"properties\":{\"a\":\"b\"}}}";

    assertThat(rest().post(versions(), body).failure()).isEqualTo("422 42201");
  }

  @Test
  void takesABodyOfLimitedSize() {
    assertThat(rest().post(versions(), Rest.schema("x".repeat(5 << 20))).failure())
        .isEqualTo("422 42209");
  }

  @Test
  void refusesASchemaThatIsNestedWithoutEnd() {
    String open = "{\"type\":\"array\",\"items\":";
    int depth = 50_000;

    assertThat(
            rest()
                .post(versions(), Rest.schema(open.repeat(depth) + "\"int\"" + "}".repeat(depth)))
                .failure())
        .isEqualTo("422 42201");
  }

  @Test
  void saysWhichContentTypeToSend() {
    assertThat(rest().post(versions(), "x", "text/plain").json().path("message").asText())
        .contains("application/vnd.schemaregistry.v1+json");
  }

  @Test
  void givesItsOwnContentTypeToWhoTakesAny() {
    assertThat(rest().get("/subjects", "*/*").contentType())
        .startsWith("application/vnd.schemaregistry.v1+json");
  }

  @Test
  void saysWhatCannotBeAccepted() {
    assertThat(rest().get("/subjects", "text/html").failure()).isEqualTo("406 406");
  }

  @Test
  void saysThatAMethodIsNotAllowed() {
    assertThat(rest().put("/subjects", "{}").failure()).isEqualTo("405 405");
  }

  private void restart() {
    registry.close();
    registry = EmbeddedRegistry.start(dataDir, 0);
    connect();
  }
}
