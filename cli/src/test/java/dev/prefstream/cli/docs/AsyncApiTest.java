package dev.prefstream.cli.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.prefstream.cli.Version;
import dev.prefstream.schemas.Topic;
import dev.prefstream.schemas.Topics;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.specific.SpecificData;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AsyncApiTest {

  private static JsonNode document;

  @BeforeAll
  static void read() throws Exception {
    document = new YAMLMapper().readTree(AsyncApi.document());
  }

  @Test
  void hasAChannelForEachTopicWithTheSchemaThatItsRecordsAreWrittenWith() {
    assertThat(document.get("channels").properties().stream().map(each -> each.getKey()))
        .containsExactlyElementsOf(Topics.all().stream().map(Topic::name).toList());
    for (Topic<?> topic : Topics.all()) {
      JsonNode channel = document.get("channels").get(topic.name());
      JsonNode message = channel.get("messages").get(topic.value().getSimpleName());

      assertThat(channel.get("address").asText()).isEqualTo("prefstream." + topic.name());
      Schema said = new Schema.Parser().parse(message.at("/payload/schema").toString());
      assertThat(SchemaNormalization.toParsingForm(said))
          .as(topic.name())
          .isEqualTo(
              SchemaNormalization.toParsingForm(SpecificData.get().getSchema(topic.value())));
      assertThat(channel.at("/bindings/kafka/topicConfiguration/max.message.bytes").asInt())
          .isEqualTo(topic.maxMessageBytes());
    }
  }

  @Test
  void listsTheHeadersOfEachTopicsRecords() {
    assertThat(headers(Topics.TICKETS)).containsExactly("traceparent");
    assertThat(headers(Topics.DEAD_LETTERS))
        .hasSize(7)
        .contains("traceparent", "__streams.errors.offset");
    assertThat(headers(Topics.DRIFT_ALERTS)).hasSize(7).contains("traceparent", "ce_id");
  }

  private static List<String> headers(Topic<?> topic) {
    JsonNode message =
        document
            .get("channels")
            .get(topic.name())
            .get("messages")
            .get(topic.value().getSimpleName());
    return message.at("/headers/properties").properties().stream().map(Map.Entry::getKey).toList();
  }

  @Test
  void isOfTheVersionThatTheCommandSays() {
    assertThat(document.at("/info/version").asText()).isEqualTo(Version.ofProject());
  }

  @Test
  void receivesWhatUsersPublishAndSendsWhatTheySubscribeTo() {
    assertThat(channels("receive")).containsExactlyElementsOf(names(Topic.Role.INPUT));
    assertThat(channels("send")).containsExactlyElementsOf(names(Topic.Role.OUTPUT));
    assertThat(names(Topic.Role.INTERNAL)).isNotEmpty();
  }

  private static List<String> channels(String action) {
    return StreamSupport.stream(document.get("operations").spliterator(), false)
        .filter(operation -> operation.get("action").asText().equals(action))
        .map(operation -> operation.at("/channel/$ref").asText().replace("#/channels/", ""))
        .toList();
  }

  private static List<String> names(Topic.Role role) {
    return Topics.all().stream().filter(topic -> topic.role() == role).map(Topic::name).toList();
  }
}
