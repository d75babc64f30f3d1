package dev.prefstream.runtime.failure;

import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.TopicHeader;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.DeadLetter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Makes dead letters of one stage. The record value is a {@link DeadLetter}; the headers are the
 * refused record's and those that Kafka Streams gives to its own dead-letter queue, so that generic
 * tools can read where a record came from. Safe for use by many threads.
 */
public final class DeadLetters {

  private static final int STACK_LIMIT = 16 * 1024;

  private final String stage;
  private final String topic;
  private final Serializer<DeadLetter> serializer;
  private final Clock clock;

  /**
   * @param stage publish, intake, scoring, decision, oversight or drift
   */
  public DeadLetters(String stage, Installation installation, Clock clock) {
    this.stage = stage;
    this.topic = installation.name(Topics.DEAD_LETTERS);
    this.serializer = installation.serializer(Topics.DEAD_LETTERS);
    this.clock = clock;
  }

  /**
   * Where a refused record was read.
   *
   * @param timestamp record timestamp in milliseconds since the epoch
   */
  public record Origin(
      String topic,
      int partition,
      long offset,
      long timestamp,
      Headers headers,
      byte @Nullable [] key,
      byte @Nullable [] value) {}

  /**
   * The dead letter for a record read from a topic, ready to be sent in the stage's transaction.
   */
  public ProducerRecord<byte[], byte[]> of(Origin origin, Throwable failure) {
    PoisonReason reason = reason(failure);
    String message = message(failure);
    String stack = stack(failure);
    DeadLetter letter =
        DeadLetter.newBuilder()
            .setStage(stage)
            .setReason(reason.name())
            .setMessage(message)
            .setStacktrace(stack)
            .setTicketId(
                origin.key() == null ? null : new String(origin.key(), StandardCharsets.UTF_8))
            .setSourceTopic(origin.topic())
            .setSourcePartition(origin.partition())
            .setSourceOffset(origin.offset())
            .setSourceTimestamp(Instant.ofEpochMilli(origin.timestamp()))
            .setOriginalKey(origin.key() == null ? null : ByteBuffer.wrap(origin.key()))
            .setOriginalValue(origin.value() == null ? null : ByteBuffer.wrap(origin.value()))
            .setRefusedAt(clock.instant())
            .build();
    ProducerRecord<byte[], byte[]> result =
        new ProducerRecord<>(topic, null, origin.key(), serialize(letter));
    Headers headers = result.headers();
    origin.headers().forEach(headers::add);
    TopicHeader.ERROR_EXCEPTION.add(headers, failure.getClass().getName());
    TopicHeader.ERROR_MESSAGE.add(headers, message);
    TopicHeader.ERROR_STACKTRACE.add(headers, stack);
    TopicHeader.ERROR_TOPIC.add(headers, origin.topic());
    TopicHeader.ERROR_PARTITION.add(headers, Integer.toString(origin.partition()));
    TopicHeader.ERROR_OFFSET.add(headers, Long.toString(origin.offset()));
    return result;
  }

  /** A letter that its maker filled in, for refusals outside any topic, such as lines of a file. */
  public ProducerRecord<byte[], byte[]> of(byte @Nullable [] key, DeadLetter letter) {
    return new ProducerRecord<>(topic, null, key, serialize(letter));
  }

  /** The reason a failure carries; UNDECODABLE for one of the serialisers'. */
  public static PoisonReason reason(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof PoisonException poison) {
        return poison.reason();
      }
    }
    return PoisonReason.UNDECODABLE;
  }

  private byte[] serialize(DeadLetter letter) {
    synchronized (serializer) {
      return serializer.serialize(topic, letter);
    }
  }

  private static String message(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof PoisonException poison) {
        return String.valueOf(poison.getMessage());
      }
    }
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String own = String.valueOf(failure.getMessage());
    return root == failure ? own : own + " (" + root.getMessage() + ")";
  }

  private static String stack(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.getBuffer().length() <= STACK_LIMIT
        ? text.toString()
        : text.getBuffer().substring(0, STACK_LIMIT);
  }
}
