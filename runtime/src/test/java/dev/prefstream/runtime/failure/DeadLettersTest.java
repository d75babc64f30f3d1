package dev.prefstream.runtime.failure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.kafka.KafkaOptions;
import dev.prefstream.schemas.TopicHeader;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.DeadLetter;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.internals.ExceptionHandlerUtils;
import org.junit.jupiter.api.Test;

class DeadLettersTest {

  private final Installation installation =
      Installation.of(
          Configuration.load(
              KafkaOptions.all(),
              null,
              Map.of(),
              Map.of("schema-registry.url", "mock://dead-letters")));
  private final Instant now = Instant.parse("2026-05-06T07:08:09Z");
  private final DeadLetters letters =
      new DeadLetters("intake", installation, Clock.fixed(now, ZoneOffset.UTC));

  @Test
  void keepsTheOriginalAndSaysWhereItWasAndWhy() {
    RecordHeaders headers = new RecordHeaders();
    headers.add("traceparent", "00-x".getBytes(UTF_8));
    byte[] value = {1, 2, 3};
    DeadLetters.Origin origin =
        new DeadLetters.Origin(
            "prefstream.tickets", 4, 42, 1_000, headers, "t-1".getBytes(UTF_8), value);

    ProducerRecord<byte[], byte[]> result =
        letters.of(
            origin, new PoisonException(PoisonReason.EMPTY_TEXT, "found no text, expected some"));

    DeadLetter letter =
        installation.deserializer(Topics.DEAD_LETTERS).deserialize(result.topic(), result.value());
    assertThat(result.topic()).isEqualTo("prefstream.dead-letters");
    assertThat(result.key()).isEqualTo("t-1".getBytes(UTF_8));
    assertThat(letter.getStage()).isEqualTo("intake");
    assertThat(letter.getReason()).isEqualTo("EMPTY_TEXT");
    assertThat(letter.getMessage()).isEqualTo("found no text, expected some");
    assertThat(letter.getStacktrace()).contains("PoisonException");
    assertThat(letter.getSourceTopic()).isEqualTo("prefstream.tickets");
    assertThat(letter.getSourcePartition()).isEqualTo(4);
    assertThat(letter.getSourceOffset()).isEqualTo(42);
    assertThat(letter.getOriginalValue().array()).isEqualTo(value);
    assertThat(letter.getRefusedAt()).isEqualTo(now);
    assertThat(header(result, "traceparent")).isEqualTo("00-x");
    assertThat(header(result, "__streams.errors.exception"))
        .isEqualTo(PoisonException.class.getName());
    assertThat(header(result, "__streams.errors.message"))
        .isEqualTo("found no text, expected some");
    assertThat(header(result, "__streams.errors.stacktrace")).contains("PoisonException");
    assertThat(header(result, "__streams.errors.topic")).isEqualTo("prefstream.tickets");
    assertThat(header(result, "__streams.errors.partition")).isEqualTo("4");
    assertThat(header(result, "__streams.errors.offset")).isEqualTo("42");
    assertThat(result.headers())
        .extracting(Header::key)
        .containsExactlyElementsOf(
            TopicHeader.of(Topics.DEAD_LETTERS).stream().map(TopicHeader::key).toList());
  }

  @Test
  void headersAreNamedAsKafkaStreamsNamesThoseOfItsOwnDeadLetters() {
    assertThat(TopicHeader.of(Topics.DEAD_LETTERS))
        .extracting(TopicHeader::key)
        .contains(
            ExceptionHandlerUtils.HEADER_ERRORS_EXCEPTION_NAME,
            ExceptionHandlerUtils.HEADER_ERRORS_EXCEPTION_MESSAGE_NAME,
            ExceptionHandlerUtils.HEADER_ERRORS_STACKTRACE_NAME,
            ExceptionHandlerUtils.HEADER_ERRORS_TOPIC_NAME,
            ExceptionHandlerUtils.HEADER_ERRORS_PARTITION_NAME,
            ExceptionHandlerUtils.HEADER_ERRORS_OFFSET_NAME);
  }

  @Test
  void takesARecordWithoutKeyOrValue() {
    DeadLetters.Origin origin =
        new DeadLetters.Origin("prefstream.tickets", 0, 0, 0, new RecordHeaders(), null, null);

    ProducerRecord<byte[], byte[]> result =
        letters.of(origin, new PoisonException(PoisonReason.INVALID_FIELD, "null value"));

    DeadLetter letter =
        installation.deserializer(Topics.DEAD_LETTERS).deserialize(result.topic(), result.value());
    assertThat(result.key()).isNull();
    assertThat(letter.getTicketId()).isNull();
    assertThat(letter.getOriginalValue()).isNull();
  }

  private static String header(ProducerRecord<byte[], byte[]> result, String name) {
    return new String(result.headers().lastHeader(name).value(), UTF_8);
  }
}
