package dev.prefstream.cli.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefstream.cli.CommandFailure;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PublicationTest {

  private static final Duration INTERVAL = Duration.ofMillis(50);

  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final List<PublishCounts> told = new ArrayList<>();
  private long now;
  private boolean stop;

  @BeforeEach
  void initTransactions() {
    producer.initTransactions();
  }

  @Test
  void commitsManyLinesTogetherAndCountsThem() throws IOException {
    PublishCounts counts = run(EarlierRuns.none(), "a\nb\n\nc\n");

    assertThat(sent()).containsExactly("a", "b", "c");
    assertThat(producer.commitCount()).isEqualTo(1);
    assertThat(counts).isEqualTo(new PublishCounts(4, 1, 0, 3, 0, 0, 0));
    assertThat(told).last().isEqualTo(counts);
  }

  @Test
  void commitsAgainWhenTheIntervalIsOver() throws IOException {
    publication(EarlierRuns.none())
        .run(
            new LineReader(bytes("a\nb\nc\n"), 1024, 1024),
            line -> {
              now += INTERVAL.toNanos();
              return sendable(line);
            });

    // The clock is read when a transaction opens: after the first line, and 50 ms later each time.
    assertThat(producer.commitCount()).isEqualTo(2);
    assertThat(sent()).containsExactly("a", "b", "c");
  }

  @Test
  void commitsBeforeItWaitsForMoreInput() throws IOException {
    InputStream slow =
        new FilterInputStream(bytes("a\nb\n")) {
          @Override
          public int available() {
            return 0;
          }

          @Override
          public int read(byte[] buffer, int offset, int length) throws IOException {
            return super.read(buffer, offset, Math.min(2, length));
          }
        };

    publication(EarlierRuns.none())
        .run(new LineReader(slow, 1024, 1024), PublicationTest::sendable);

    assertThat(producer.commitCount()).isEqualTo(2);
  }

  @Test
  void leavesOutLinesOfEarlierRuns() throws IOException {
    BitSet done = new BitSet();
    done.set(1);
    done.set(3);

    PublishCounts counts = run(new EarlierRuns(done, 1, 1), "a\nb\nc\nd\n");

    assertThat(sent()).containsExactly("b", "d");
    assertThat(counts).isEqualTo(new PublishCounts(4, 0, 2, 2, 0, 1, 1));
    assertThat(counts.publishedInAll()).isEqualTo(3);
    assertThat(counts.deadLetteredInAll()).isEqualTo(1);
  }

  @Test
  void commitsWhatWasReadBeforeAReadFailed() {
    InputStream broken =
        new FilterInputStream(bytes("a\nb\nc")) {
          private boolean read;

          @Override
          public int read(byte[] buffer, int offset, int length) throws IOException {
            if (read) {
              throw new IOException("the disk is gone");
            }
            read = true;
            return super.read(buffer, offset, length);
          }
        };

    assertThatThrownBy(
            () ->
                publication(EarlierRuns.none())
                    .run(new LineReader(broken, 1024, 1024), PublicationTest::sendable))
        .isInstanceOf(IOException.class);
    assertThat(sent()).containsExactly("a", "b");
  }

  @Test
  void stopCommitsWhatWasSentAndSaysHowToGoOn() {
    stop = true;

    assertThatThrownBy(() -> run(EarlierRuns.none(), "a\nb\n"))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("stopped after line 1")
        .hasMessageContaining("--resume");
    assertThat(sent()).containsExactly("a");
  }

  private PublishCounts run(EarlierRuns earlier, String lines) throws IOException {
    return publication(earlier)
        .run(new LineReader(bytes(lines), 1024, 1024), PublicationTest::sendable);
  }

  private Publication publication(EarlierRuns earlier) {
    return new Publication(
        producer, earlier, new Pace(0, () -> now), INTERVAL, () -> now, () -> stop, told::add);
  }

  private static LineRecords.Sendable sendable(Line line) {
    return line.blank()
        ? new LineRecords.Sendable(List.of(), 0)
        : new LineRecords.Sendable(List.of(new ProducerRecord<>("t", line.bytes())), 1);
  }

  /** Values that were committed. */
  private List<String> sent() {
    assertThat(producer.transactionInFlight()).isFalse();
    return producer.history().stream()
        .map(record -> new String(record.value(), StandardCharsets.UTF_8))
        .toList();
  }

  private static ByteArrayInputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
