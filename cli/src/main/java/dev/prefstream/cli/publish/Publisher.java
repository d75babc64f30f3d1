package dev.prefstream.cli.publish;

import dev.prefstream.cli.CommandFailure;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.runtime.failure.FailureKind;
import dev.prefstream.runtime.kafka.Installation;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
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

  private static final int BATCH = 1 << 17;
  private static final int LINGER_MILLIS = 5;
  private static final int TRANSACTION_TIMEOUT_MILLIS = 30_000;

  private final Installation installation;
  private final Configuration configuration;
  private final Clock clock;
  private final BooleanSupplier stop;

  public Publisher(Installation installation, Configuration configuration, Clock clock) {
    this(installation, configuration, clock, () -> false);
  }

  /**
   * A publisher that can be stopped between two lines.
   *
   * @param stop looked at after every line, on the publishing thread
   */
  public Publisher(
      Installation installation, Configuration configuration, Clock clock, BooleanSupplier stop) {
    this.installation = installation;
    this.configuration = configuration;
    this.clock = clock;
    this.stop = stop;
  }

  /**
   * Publishes every line of the source. The topics must exist.
   *
   * @param resume whether to leave out the lines that earlier runs of the same file committed
   * @return counts of this run and, with {@code resume}, of those before
   * @throws CommandFailure when the source cannot be read to its end or the publisher is stopped,
   *     and what was read is published; or when the broker fails or another run of the same file
   *     took over, and what is not committed stays unpublished
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
              stop,
              counts -> progress.at(counts, source.read(), source.size()))
          .run(lines, records::of);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.REFUSED, "cannot read %s: %s".formatted(source.name(), e), e);
    } catch (KafkaException e) {
      throw broken(source, e);
    }
  }

  private static CommandFailure broken(Source source, KafkaException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException) {
        return new CommandFailure(
            ExitCode.FAILED,
            "another run began to publish %s and took over: let it finish".formatted(source.name()),
            failure);
      }
    }
    boolean unreachable = FailureKind.of(failure) == FailureKind.TRANSIENT;
    return new CommandFailure(
        unreachable ? ExitCode.UNREACHABLE : ExitCode.FAILED,
        "%s is published in part only, the broker or registry failed (%s)%s"
            .formatted(
                source.name(),
                failure,
                source.repeatable() ? ": run again with --resume to publish the rest" : ""),
        failure);
  }

  private Producer<byte[], byte[]> producer(Input<?> input, Source source) {
    Map<String, Object> config = new HashMap<>();
    config.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH);
    config.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS);
    config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    // A transaction's first batch may have to wait for the one before it to end. Others that were
    // sent meanwhile would be refused as out of order, and loudly so, before they are sent again.
    config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    // After a kill readers wait this long at most, unless a second run ends the transaction sooner.
    config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MILLIS);
    config.putAll(installation.transactionalConfig());
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Installation.LARGEST_REQUEST);
    config.put(
        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
        installation.scoped("publish-%s-%s".formatted(input.word(), source.identity())));
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
