package dev.prefstream.cli.publish;

import dev.prefstream.cli.CommandFailure;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.kafka.Installation;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Publishes files. Every line has its outcome, a record or a dead letter, in a transaction; the
 * transactional id follows from the file's content, so that a second run of the same file shuts out
 * what is left of the first before it looks at what the first had committed. Kill it at any moment:
 * a second run with {@code resume} publishes each line that has no outcome yet, and no other.
 *
 * <p>Immutable; each call blocks its thread until the file is published.
 */
public final class Publisher {

  /** Told now and then, on the publishing thread, and once at the end. */
  @FunctionalInterface
  public interface Progress {

    /** Nobody is told. */
    Progress NONE = (counts, bytesRead, bytesInAll) -> {};

    /**
     * How far it is.
     *
     * @param counts what is committed
     * @param bytesInAll of the file, in the measure of {@code bytesRead}; -1 when unknown
     */
    void at(PublishCounts counts, long bytesRead, long bytesInAll);
  }

  private static final int LARGEST_REQUEST = 12 << 20;
  private static final int BATCH = 1 << 17;
  private static final int LINGER_MILLIS = 5;
  private static final int TRANSACTION_TIMEOUT_MILLIS = 30_000;

  private final Installation installation;
  private final Configuration configuration;
  private final Clock clock;

  public Publisher(Installation installation, Configuration configuration, Clock clock) {
    this.installation = installation;
    this.configuration = configuration;
    this.clock = clock;
  }

  /**
   * Publishes every line of the source. The topics must exist.
   *
   * @param resume whether to leave out the lines that earlier runs of the same file committed
   * @return counts of this run and, with {@code resume}, of those before
   * @throws CommandFailure when the source cannot be read to its end; what was read is published
   * @throws org.apache.kafka.common.KafkaException when the broker fails; what is not committed
   *     stays unpublished
   */
  public <V extends SpecificRecord> PublishCounts publish(
      Input<V> input, Source source, boolean resume, Progress progress) {
    if (resume && !source.repeatable()) {
      throw new CommandFailure(
          ExitCode.USAGE, source.name() + " can be read once only and so not be resumed");
    }
    int largest = Math.toIntExact(configuration.get(PublishOptions.LARGEST_LINE));
    try (Producer<byte[], byte[]> producer = producer(input, source);
        LineRecords<V> records = new LineRecords<>(input, source, installation, clock);
        InputStream in = source.open()) {
      producer.initTransactions();
      EarlierRuns earlier =
          resume ? EarlierRuns.read(installation, input, source) : EarlierRuns.none();
      LineReader lines = new LineReader(in, largest, Math.min(largest, LineRecords.KEPT));
      return new Publication(
              producer,
              earlier,
              new Pace(configuration.get(PublishOptions.RATE), System::nanoTime),
              configuration.get(PublishOptions.COMMIT_INTERVAL),
              System::nanoTime,
              counts -> progress.at(counts, source.read(), source.size()))
          .run(lines, records::of);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.REFUSED, "cannot read %s: %s".formatted(source.name(), e), e);
    }
  }

  private Producer<byte[], byte[]> producer(Input<?> input, Source source) {
    Map<String, Object> config = new HashMap<>();
    config.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH);
    config.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS);
    config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    // After a kill readers wait this long at most, unless a second run ends the transaction sooner.
    config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MILLIS);
    config.putAll(installation.clientConfig());
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST_REQUEST);
    config.put(
        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
        installation.scoped("publish-%s-%s".formatted(input.word(), source.identity())));
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
