package dev.prefstream.runtime.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.net.ConnectException;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailureKindTest {

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new PoisonException(PoisonReason.EMPTY_TEXT, "empty"), FailureKind.POISON),
        Arguments.of(
            new StreamsException(new PoisonException(PoisonReason.EMPTY_TEXT, "empty")),
            FailureKind.POISON),
        Arguments.of(new SerializationException("not Avro"), FailureKind.POISON),
        Arguments.of(
            new SerializationException("id 7", new RestClientException("unknown", 404, 40403)),
            FailureKind.POISON),
        Arguments.of(
            new SerializationException("id 7", new ConnectException("refused")),
            FailureKind.TRANSIENT),
        Arguments.of(
            new SerializationException("id 7", new RestClientException("busy", 503, 50301)),
            FailureKind.TRANSIENT),
        Arguments.of(
            new SerializationException("id 7", new RestClientException("who?", 401, 40101)),
            FailureKind.BUG),
        Arguments.of(
            new SerializationException("id 7", new RestClientException("clash", 409, 409)),
            FailureKind.BUG),
        Arguments.of(new TimeoutException("no broker"), FailureKind.TRANSIENT),
        Arguments.of(new NullPointerException(), FailureKind.BUG),
        Arguments.of(new OutOfMemoryError(), FailureKind.BUG));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void tellsTheKind(Throwable failure, FailureKind expected) {
    assertThat(FailureKind.of(failure)).isEqualTo(expected);
  }
}
