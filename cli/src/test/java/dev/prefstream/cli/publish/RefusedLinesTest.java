package dev.prefstream.cli.publish;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.runtime.failure.PoisonReason;
import dev.prefstream.schemas.avro.DeadLetter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of line that cannot be a record, with the reason and the words it ends with. */
class RefusedLinesTest {

  private static final Map<String, Input<?>> INPUTS =
      Map.of(
          "tickets", Input.TICKETS,
          "responses", Input.RESPONSES,
          "settings", Input.SETTINGS,
          "labels", Input.LABELS);

  static Stream<Arguments> refused() {
    String document = "{\"tenant_id\": \"t\", \"preference_settings\": %s}";
    return Stream.of(
        line("tickets", "not json", "NOT_JSON", "the line is no JSON object"),
        line("tickets", "{\"id\": \"a\"", "NOT_JSON", "the line is no JSON object"),
        line(
            "tickets", "{\"id\": \"a\"} {\"id\": \"b\"}", "NOT_JSON", "the line is no JSON object"),
        line("tickets", "{\"id\": \"a\", \"id\": \"b\"}", "NOT_JSON", "a field occurs twice"),
        line("tickets", "{\"id\": \"a\", \"body\": \"raw \u0000 NUL\"}", "NOT_JSON", "column"),
        line("tickets", "[1, 2]", "NOT_JSON", "the line is a JSON array, expected an object"),
        line("tickets", "null", "NOT_JSON", "the line is a JSON null, expected an object"),
        line("tickets", "\"text\"", "NOT_JSON", "the line is a JSON string, expected an object"),
        line("tickets", "{\"body\": \"b\"}", "MISSING_ID", "there is no ticket_id and no id"),
        line("tickets", "{\"id\": null}", "MISSING_ID", "there is no ticket_id and no id"),
        line("tickets", "{\"id\": \"  \"}", "MISSING_ID", "id is blank"),
        line("tickets", "{\"id\": []}", "INVALID_FIELD", "id is a JSON array"),
        line("tickets", "{\"id\": true}", "INVALID_FIELD", "id is a JSON boolean"),
        line("tickets", "{\"id\": \"\\ud800\"}", "INVALID_FIELD", "without its other half"),
        line(
            "tickets",
            "{\"id\": \"" + "x".repeat(257) + "\"}",
            "INVALID_FIELD",
            "id has 257 code points, at most 256"),
        line("tickets", "{\"id\": 1, \"body\": {}}", "INVALID_FIELD", "body is a JSON object"),
        line("tickets", "{\"id\": 1, \"subject\": []}", "INVALID_FIELD", "subject is a JSON array"),
        line(
            "tickets",
            "{\"id\": 1, \"metadata\": 3}",
            "INVALID_FIELD",
            "metadata is a JSON number"),
        line("tickets", "{\"id\": 1, \"votes\": \"9\"}", "INVALID_FIELD", "votes is a JSON string"),
        line(
            "tickets",
            "{\"id\": 1, \"votes\": {\"up\": -1}}",
            "INVALID_FIELD",
            "votes.up = -1: must be between 0 and"),
        line("tickets", "{\"id\": 1, \"attachments\": {}}", "INVALID_FIELD", "expected an array"),
        line(
            "tickets",
            "{\"id\": 1, \"attachments\": [{\"uri\": \"x.png\"}]}",
            "INVALID_FIELD",
            "no absolute uri"),
        line(
            "tickets",
            "{\"id\": 1, \"created_at\": \"yesterday\"}",
            "INVALID_FIELD",
            "created_at is no time: expected ISO 8601"),
        line("tickets", "{\"id\": 1, \"updated_at\": {}}", "INVALID_FIELD", "expected a time"),
        line("tickets", "{\"id\": 1, \"created_at\": 1e30}", "INVALID_FIELD", "is no time"),
        line(
            "tickets",
            "{\"id\": \"big\", \"body\": \"" + "x".repeat(9 << 20) + "\"}",
            "TEXT_TOO_LARGE",
            "the topic prefstream.tickets takes"),
        line("responses", "{\"id\": 1, \"text\": \"t\"}", "MISSING_ID", "there is no ticket_id"),
        line("responses", "{\"ticket_id\": 1, \"text\": \"t\"}", "MISSING_ID", "no response_id"),
        line(
            "responses",
            "{\"ticket_id\": 1, \"id\": 1, \"text\": \" \"}",
            "EMPTY_TEXT",
            "the response has no text"),
        line(
            "responses",
            "{\"ticket_id\": 1, \"responses\": \"t\"}",
            "INVALID_FIELD",
            "responses is a JSON string, expected an array"),
        line("settings", document.formatted("{}").replace("\"t\"", "\"\""), "MISSING_ID", "blank"),
        line("settings", "{\"tenant_id\": \"t\"}", "INVALID_FIELD", "no preference_settings"),
        line("settings", document.formatted("1"), "INVALID_FIELD", "expected an object"),
        line(
            "settings",
            document.formatted("{\"strictness_level\": 1.7}"),
            "INVALID_FIELD",
            "strictness_level = 1.7: must be between 0 and 1"),
        line(
            "settings",
            document.formatted("{\"strictness_level\": -0.1}"),
            "INVALID_FIELD",
            "strictness_level = -0.1: must be between 0 and 1"),
        line(
            "settings",
            document.formatted("{\"strictness_level\": \"0.5\"}"),
            "INVALID_FIELD",
            "strictness_level is a JSON string, expected a number"),
        line(
            "settings",
            document.formatted("{\"strictnes_level\": 0.5}"),
            "INVALID_FIELD",
            "preference_settings holds strictnes_level"),
        line(
            "settings",
            document.formatted("{\"allowed_style_ranges\": {\"length\": [500, 100]}}"),
            "INVALID_FIELD",
            "allowed_style_ranges.length is 500 to 100, expected 0 <= shortest <= longest"),
        line(
            "settings",
            document.formatted("{\"allowed_style_ranges\": {\"length\": [-1, 100]}}"),
            "INVALID_FIELD",
            "length[0] = -1: must be between 0 and"),
        line(
            "settings",
            document.formatted("{\"allowed_style_ranges\": {\"length\": [1.5, 100]}}"),
            "INVALID_FIELD",
            "length[0] = 1.5: must be a whole number"),
        line(
            "settings",
            document.formatted("{\"allowed_style_ranges\": {\"length\": 100}}"),
            "INVALID_FIELD",
            "length must be two whole numbers"),
        line(
            "settings",
            document.formatted("{\"allowed_style_ranges\": {\"formality\": 2}}"),
            "INVALID_FIELD",
            "formality = 2: must be between 0 and 1"),
        line(
            "settings",
            document.formatted("{\"response_floor\": 0}"),
            "INVALID_FIELD",
            "response_floor is 0.0, expected a number above 0 and up to 1"),
        line(
            "settings",
            document.formatted("{\"regional_weights\": {\"Germany\": {\"directness\": 1}}}"),
            "INVALID_FIELD",
            "regional_weights names Germany, expected ISO 3166-1 alpha-2 codes in capitals"),
        line(
            "settings",
            document.formatted("{\"known_terms\": [\" \"]}"),
            "INVALID_FIELD",
            "known_terms has an entry of 1 characters"),
        line("labels", "{\"label\": \"urgent\"}", "MISSING_ID", "there is no ticket_id and no id"),
        line("labels", "{\"id\": 1}", "INVALID_FIELD", "there is no label"),
        line("labels", "{\"id\": 1, \"label\": \"high\"}", "INVALID_FIELD", "label must be"),
        line("labels", "{\"id\": 1, \"urgent\": 1}", "INVALID_FIELD", "expected true or false"),
        line(
            "labels",
            "{\"id\": 1, \"label\": \"urgent\", \"urgent\": false}",
            "INVALID_FIELD",
            "contradict each other"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void becomesADeadLetterThatSaysWhy(
      String input, String line, PoisonReason reason, String message) {
    DeadLetter letter =
        Published.of(requireNonNull(INPUTS.get(input)), "{\"id\": \"before\"}\n" + line + "\n")
            .letters()
            .stream()
            .reduce((first, second) -> second)
            .orElseThrow();

    assertThat(letter.getReason()).isEqualTo(reason.name());
    assertThat(letter.getMessage()).contains(message);
    assertThat(letter.getStage()).isEqualTo("publish");
    assertThat(letter.getSourceFile()).isEqualTo("lines.jsonl");
    assertThat(letter.getSourceOffset()).isEqualTo(2);
    assertThat(letter.getRefusedAt()).isEqualTo(Published.NOW);
    if (line.length() <= LineRecords.KEPT) {
      assertThat(text(letter.getOriginalValue())).isEqualTo(line);
      assertThat(letter.getOriginalTruncated()).isFalse();
    }
  }

  @Test
  void bytesThatAreNotUtf8AreKeptAsTheyAre() {
    byte[] line = {'{', '"', (byte) 0xC3, '"', '}'};

    DeadLetter letter = Published.of(Input.TICKETS, line, 1 << 20).onlyLetter();

    assertThat(letter.getReason()).isEqualTo("NOT_JSON");
    assertThat(letter.getMessage()).contains("not UTF-8");
    assertThat(bytes(letter.getOriginalValue())).isEqualTo(line);
  }

  @Test
  void messageNeverQuotesTheCustomer() {
    String secret = "my card number is 4111";

    for (String line :
        new String[] {
          secret,
          "{\"id\": \"a\", " + secret,
          "{\"id\": \"a\", \"created_at\": \"" + secret + "\"}",
          "{\"id\": \"a\", \"body\": [\"" + secret + "\"]}"
        }) {
      DeadLetter letter = Published.of(Input.TICKETS, line).onlyLetter();
      assertThat(letter.getMessage()).doesNotContain("card").doesNotContain("4111");
    }
  }

  @Test
  void nameOfTheTicketIsToldWhereItCanBe() {
    Published<?> result = Published.of(Input.TICKETS, "{\"id\": 5, \"body\": []}");

    assertThat(result.onlyLetter().getTicketId()).isEqualTo("5");
    assertThat(result.keys()).containsExactly("5");
  }

  @Test
  void lineThatIsTooLongIsCutAndHashed() {
    byte[] line = new byte[3000];
    Arrays.fill(line, (byte) 'x');

    DeadLetter letter = Published.of(Input.TICKETS, line, 1024).onlyLetter();

    assertThat(letter.getReason()).isEqualTo("TEXT_TOO_LARGE");
    assertThat(letter.getMessage()).contains("3000 bytes").contains("publish.max-line");
    assertThat(letter.getOriginalTruncated()).isTrue();
    assertThat(letter.getOriginalValue().remaining()).isEqualTo(1024);
    assertThat(letter.getOriginalSha256()).isEqualTo(Sha256.hex(Sha256.digest().digest(line)));
  }

  @Test
  void refusedLineOverTheTopicsLimitIsCutAndHashed() {
    byte[] line =
        ("{\"id\": 1, \"body\": \"" + "x".repeat(9 << 20) + "\"}").getBytes(StandardCharsets.UTF_8);

    DeadLetter letter = Published.of(Input.TICKETS, line, 16 << 20).onlyLetter();

    assertThat(letter.getOriginalTruncated()).isTrue();
    assertThat(letter.getOriginalValue().remaining()).isEqualTo(LineRecords.KEPT);
    assertThat(letter.getOriginalSha256()).isEqualTo(Sha256.hex(Sha256.digest().digest(line)));
  }

  private static Arguments line(String input, String line, String reason, String message) {
    return Arguments.of(input, line, PoisonReason.valueOf(reason), message);
  }

  private static String text(ByteBuffer bytes) {
    return new String(bytes(bytes), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] copy = new byte[buffer.remaining()];
    buffer.duplicate().get(copy);
    return copy;
  }
}
