package dev.prefstream.cli.publish;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.prefstream.cli.ClusterFixture;
import dev.prefstream.cli.CommandFailure;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.Invocation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

/** Files through a real broker and back. */
class PublishIT extends ClusterFixture {

  private static final int MANY = 3_000;

  @Test
  void publishesEachLineAndWatchShowsIt() throws IOException {
    createTopics();
    Path file =
        gzip(
            "tickets.jsonl.gz",
            """
            {"ticket_id": "a", "subject": "s", "body": "b", "created_at": "2026-05-04T10:15:30Z", "priority": {"level": 1}}
            {"id": 7, "text": "only text", "region": "jp"}
            """);

    Invocation published = run("publish", "tickets", file.toString());

    assertThat(published.exitCode()).as(published.err()).isZero();
    assertThat(published.out()).startsWith("tickets.jsonl.gz: 2 lines, 2 published");
    List<JsonNode> tickets = watch("tickets");
    assertThat(tickets).hasSize(2);
    JsonNode first = byKey(tickets, "a").get("value");
    assertThat(first.get("created_at").asText()).isEqualTo("2026-05-04T10:15:30Z");
    assertThat(first.get("metadata").get("priority").asText()).isEqualTo("{\"level\":1}");
    JsonNode second = byKey(tickets, "7").get("value");
    assertThat(second.get("body").asText()).isEqualTo("only text");
    assertThat(second.get("region").asText()).isEqualTo("JP");
    assertThat(byKey(tickets, "a").get("headers").get("traceparent").asText())
        .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
  }

  @Test
  void badLinesBecomeDeadLettersTheRestGoesOnAndTheCountsAddUp() throws IOException {
    createTopics();
    String tooLarge = "{\"id\": \"big\", \"body\": \"" + "x".repeat(9 << 20) + "\"}";
    String large = "{\"id\": \"large\", \"body\": \"" + "x".repeat(5 << 20) + "\"}";
    Path file =
        Files.writeString(
            folder.resolve("mixed.jsonl"),
            String.join(
                "\n",
                "{\"id\": \"first\", \"body\": \"b\"}",
                "no json",
                "",
                "{\"body\": \"no id\"}",
                tooLarge,
                large,
                "x".repeat(17 << 20),
                "{\"id\": \"no text\"}"));

    Invocation published = run("publish", "tickets", file.toString());

    assertThat(published.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(published.out())
        .contains("8 lines, 3 published")
        .contains("4 dead-lettered, 0 skipped, 1 empty");
    assertThat(published.err()).contains("prefstream watch dead-letters");
    assertThat(watch("tickets"))
        .extracting(record -> record.get("key").asText())
        .containsExactlyInAnyOrder("first", "large", "no text");
    assertThat(watch("dead-letters"))
        .extracting(
            record ->
                record.get("value").get("source_offset").asText()
                    + " "
                    + record.get("value").get("reason").asText())
        .containsExactly("2 NOT_JSON", "4 MISSING_ID", "5 TEXT_TOO_LARGE", "7 TEXT_TOO_LARGE");
  }

  @Test
  void secondRunAfterAnInterruptionPublishesEveryLineExactlyOnce() throws IOException {
    createTopics();
    Path file = Files.writeString(folder.resolve("many.jsonl"), many());

    // A failure that no clean-up can meet: the first run goes no further than its second commit.
    assertThatThrownBy(() -> publish(file, false, failAfter(2)))
        .isInstanceOf(IllegalStateException.class);
    long before = watch("tickets").size();
    PublishCounts resumed = publish(file, true, Publisher.Progress.NONE);

    assertThat(before).isPositive().isLessThan(MANY);
    assertThat(resumed.publishedBefore()).isEqualTo(before);
    assertThat(resumed.publishedInAll()).isEqualTo(MANY - 30);
    assertThat(resumed.deadLetteredInAll()).isEqualTo(30);
    assertThat(watch("tickets"))
        .extracting(record -> record.get("headers").get("prefstream-line").asText())
        .doesNotHaveDuplicates()
        .hasSize(MANY - 30);
    assertThat(watch("dead-letters"))
        .extracting(record -> record.get("headers").get("prefstream-line").asText())
        .doesNotHaveDuplicates()
        .hasSize(30);

    PublishCounts again = publish(file, true, Publisher.Progress.NONE);
    assertThat(again.skipped()).isEqualTo(MANY);
    assertThat(again.published()).isZero();
  }

  @Test
  void secondRunShutsOutTheFirst() throws IOException {
    createTopics();
    Path file = Files.writeString(folder.resolve("many.jsonl"), many());
    boolean[] overtaken = new boolean[1];

    assertThatThrownBy(
            () ->
                publish(
                    file,
                    false,
                    (counts, read, all) -> {
                      if (!overtaken[0]) {
                        overtaken[0] = true;
                        publish(file, true, Publisher.Progress.NONE);
                      }
                    }))
        .isInstanceOf(KafkaException.class);

    assertThat(watch("tickets"))
        .extracting(record -> record.get("headers").get("prefstream-line").asText())
        .doesNotHaveDuplicates()
        .hasSize(MANY - 30);
  }

  @Test
  void sameFileReadAsSomethingElseIsNotSkipped() throws IOException {
    createTopics();
    Path file =
        Files.writeString(
            folder.resolve("labelled.jsonl"),
            "{\"id\": \"a\", \"body\": \"b\", \"urgent\": true}\nbad\n");

    Invocation tickets = run("publish", "tickets", file.toString(), "--resume");
    Invocation labels = run("publish", "labels", file.toString(), "--resume");

    assertThat(tickets.out()).contains("2 lines, 1 published").contains("1 dead-lettered");
    assertThat(labels.out()).contains("2 lines, 1 published").contains("1 dead-lettered");
    assertThat(watch("expert-labels").get(0).get("value").get("label").asText())
        .isEqualTo("URGENT");
  }

  @Test
  void truncatedGzipPublishesWhatCouldBeReadAndSaysSo() throws IOException {
    createTopics();
    Path whole = gzip("tickets.jsonl.gz", many());
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = Files.write(folder.resolve("cut.jsonl.gz"), Arrays.copyOf(bytes, bytes.length / 2));

    Invocation published = run("publish", "tickets", cut.toString());

    assertThat(published.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(published.err()).contains("cut.jsonl.gz").contains("EOFException");
    assertThat(watch("tickets")).isNotEmpty().hasSizeLessThan(MANY);
  }

  @Test
  void streamCannotBeResumed() {
    createTopics();
    Source stream = Source.stream("stdin", new ByteArrayInputStream(new byte[0]));

    assertThatThrownBy(
            () ->
                new Publisher(installation(), loaded(), Clock.systemUTC())
                    .publish(Input.TICKETS, stream, true, Publisher.Progress.NONE))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("stdin can be read once only");
  }

  @Test
  void missingTopicsAreNamedWithTheCommandThatCreatesThem() throws IOException {
    Path file = Files.writeString(folder.resolve("t.jsonl"), "{\"id\": 1}\n");

    Invocation published = run("publish", "tickets", file.toString());

    assertThat(published.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(published.err())
        .startsWith("prefstream: the cluster has no topic missingTopicsAre")
        .contains("prefstream topics create");
  }

  private PublishCounts publish(Path file, boolean resume, Publisher.Progress progress) {
    try {
      return new Publisher(installation(), loaded(), Clock.systemUTC())
          .publish(Input.TICKETS, Source.file(file), resume, progress);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Publisher.Progress failAfter(int commits) {
    int[] left = {commits};
    return (counts, read, all) -> {
      if (--left[0] == 0) {
        throw new IllegalStateException("the power went off");
      }
    };
  }

  /** Every hundredth line is no record. */
  private static String many() {
    return IntStream.range(0, MANY)
        .mapToObj(
            i ->
                i % 100 == 0
                    ? "bad " + i + "\n"
                    : "{\"id\": \"t%d\", \"body\": \"%s\"}\n".formatted(i, "word ".repeat(200)))
        .collect(joining());
  }

  private static JsonNode byKey(List<JsonNode> records, String key) {
    return records.stream()
        .filter(record -> record.get("key").asText().equals(key))
        .findFirst()
        .orElseThrow();
  }

  private Path gzip(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(content.getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }
}
