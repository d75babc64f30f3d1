package dev.prefstream.cli.publish;

import static dev.prefstream.runtime.failure.PoisonReason.TEXT_TOO_LARGE;
import static java.util.Objects.requireNonNull;

import dev.prefstream.runtime.failure.DeadLetters;
import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.TopicHeader;
import dev.prefstream.schemas.avro.DeadLetter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Turns one line into what is sent for it: records of the input's topic, or dead letters. For one
 * thread.
 */
final class LineRecords<V extends SpecificRecord> implements AutoCloseable {

  /** Of a refused line this much is kept; the dead-letter topic takes 2 MiB more. */
  static final int KEPT = 8 << 20;

  private static final String STAGE = "publish";

  /**
   * Room for what Kafka adds to key and value of a record alone in its batch: frame and headers.
   */
  private static final int ENVELOPE = 2048;

  private final Input<V> input;
  private final Source source;
  private final String topic;
  private final Serializer<V> serializer;
  private final DeadLetters deadLetters;
  private final Clock clock;
  private final LineHeaders headers;
  private final Traces traces = new Traces();

  LineRecords(Input<V> input, Source source, Installation installation, Clock clock) {
    this.input = input;
    this.source = source;
    this.topic = installation.name(input.topic());
    this.serializer = installation.serializer(input.topic());
    this.deadLetters = new DeadLetters(STAGE, installation, clock);
    this.clock = clock;
    this.headers = new LineHeaders(source, input);
  }

  /**
   * What is sent for one line, in order.
   *
   * @param published how many are records of the topic; the rest are dead letters
   */
  record Sendable(List<ProducerRecord<byte[], byte[]>> records, int published) {}

  Sendable of(Line line) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(1);
    int published = 0;
    for (Outcome<V> outcome : outcomes(line)) {
      PoisonException refusal = outcome.refusal();
      if (refusal == null) {
        byte[] value = serializer.serialize(topic, requireNonNull(outcome.value()));
        byte[] key = requireNonNull(outcome.key()).getBytes(StandardCharsets.UTF_8);
        refusal = tooLarge(key.length + value.length);
        if (refusal == null) {
          records.add(new ProducerRecord<>(topic, null, key, value));
          published++;
        }
      }
      if (refusal != null) {
        records.add(deadLetter(line, outcome, refusal));
      }
    }
    for (ProducerRecord<byte[], byte[]> record : records) {
      headers.addTo(record.headers(), line);
      TopicHeader.TRACEPARENT.add(record.headers(), traces.next());
    }
    return new Sendable(records, published);
  }

  private List<Outcome<V>> outcomes(Line line) {
    if (line.blank()) {
      return List.of();
    }
    if (line.tooLong()) {
      return List.of(
          Outcome.refused(
              null,
              new PoisonException(
                  TEXT_TOO_LARGE,
                  "the line has %d bytes, more than %s allows: shorten it, or raise the limit"
                      .formatted(line.length(), PublishOptions.LARGEST_LINE.key())),
              null));
    }
    Fields fields = null;
    try {
      fields = Fields.parse(line.bytes());
      return input.form().read(fields);
    } catch (PoisonException e) {
      String key = fields == null ? null : fields.idIfAny(input.form().keyFields());
      return List.of(Outcome.refused(key, e, null));
    }
  }

  private @Nullable PoisonException tooLarge(int bytes) {
    int allowed = input.topic().maxMessageBytes() - ENVELOPE;
    return bytes <= allowed
        ? null
        : new PoisonException(
            TEXT_TOO_LARGE,
            "the record has %d bytes, the topic %s takes %d at most: shorten it"
                .formatted(bytes, topic, allowed));
  }

  private ProducerRecord<byte[], byte[]> deadLetter(
      Line line, Outcome<V> outcome, PoisonException refusal) {
    byte[] original = outcome.original() == null ? line.bytes() : outcome.original();
    boolean cut = line.tooLong() || original.length > KEPT;
    String sha256 = line.tooLong() ? line.sha256() : Sha256.hex(Sha256.digest().digest(original));
    byte[] key = outcome.key() == null ? null : outcome.key().getBytes(StandardCharsets.UTF_8);
    DeadLetter letter =
        DeadLetter.newBuilder()
            .setStage(STAGE)
            .setReason(refusal.reason().name())
            .setMessage(String.valueOf(refusal.getMessage()))
            .setTicketId(input == Input.SETTINGS ? null : outcome.key())
            .setSourceFile(source.name())
            .setSourceOffset(line.number())
            .setOriginalKey(key == null ? null : ByteBuffer.wrap(key))
            .setOriginalValue(
                ByteBuffer.wrap(original.length > KEPT ? Arrays.copyOf(original, KEPT) : original))
            .setOriginalTruncated(cut)
            .setOriginalSha256(cut ? sha256 : null)
            .setRefusedAt(clock.instant())
            .build();
    ProducerRecord<byte[], byte[]> record = deadLetters.of(key, letter);
    TopicHeader.ERROR_EXCEPTION.add(record.headers(), PoisonException.class.getName());
    TopicHeader.ERROR_MESSAGE.add(record.headers(), letter.getMessage());
    return record;
  }

  @Override
  public void close() {
    serializer.close();
  }
}
