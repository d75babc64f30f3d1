package dev.prefstream.scorer.loop;

import dev.prefstream.runtime.failure.DeadLetters;
import dev.prefstream.runtime.kafka.BrokerContact;
import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.runtime.service.Health;
import dev.prefstream.schemas.Topics;
import dev.prefstream.scorer.model.ScoringModel;
import dev.prefstream.scorer.pack.Packing;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;

/** Puts the parts of the stage together and runs them on threads of their own. */
public final class ScoringStage implements AutoCloseable {

  private static final Duration STOP = Duration.ofSeconds(10);

  private final StageHealth health = new StageHealth();
  private final KafkaClientMetrics consumerMeters;
  private final BrokerContact contact;
  private final ServedModels models;
  private final ScoringLoop loop;
  private final Thread loopThread;
  private final ReleaseWatcher releases;
  private final Thread releaseThread;
  private final List<Thread> workers = new ArrayList<>();

  /**
   * How the stage runs.
   *
   * @param sessions device workers, at least 1
   * @param tokenisers preparers, at least 1
   * @param sharedDevice whether all sessions share one device
   * @param leastQueue tokens that may wait however slow the devices are
   * @param minEpoch shortest time between commits while there is more work
   * @param maxEpoch longest time that a scored record waits for its commit
   * @param epochRecords most records in one transaction
   * @param breakerWindow records looked back on
   * @param breakerShare share of poison above which scoring stops
   */
  public record Settings(
      Packing packing,
      int sessions,
      int tokenisers,
      boolean sharedDevice,
      long leastQueue,
      Duration minEpoch,
      Duration maxEpoch,
      int epochRecords,
      Duration transactionTimeout,
      int breakerWindow,
      double breakerShare) {

    private static final int MOST_POLLED = 1_024;

    /** Most records taken in at once. */
    int polledRecords() {
      return Math.min(MOST_POLLED, epochRecords);
    }
  }

  /**
   * @param scoring one model for each task; the stage closes them
   * @param opener opens the bundle in a folder when a release names it
   * @param routes whether a ticket's routing goes with its score; asked for each ticket, by many
   *     threads
   */
  public ScoringStage(
      Settings settings,
      Installation installation,
      Collection<? extends ScoringModel> scoring,
      Function<Path, ScoringModel> opener,
      BooleanSupplier routes,
      MeterRegistry meters) {
    Time time = Time.system();
    this.models = new ServedModels(scoring);
    Dispatcher dispatcher = new Dispatcher(settings.packing(), settings.sharedDevice(), time);
    BlockingQueue<Row> toPrepare = new LinkedBlockingQueue<>();
    DeadLetterBox deadLetters =
        new DeadLetterBox(new DeadLetters("scoring", installation, time.wall()));
    KafkaClients clients =
        new KafkaClients(installation, settings.transactionTimeout(), settings.polledRecords());
    Consumer<byte[], byte[]> consumer = clients.consumer();
    this.consumerMeters = new KafkaClientMetrics(consumer);
    this.consumerMeters.bindTo(meters);
    this.contact = new BrokerContact(installation, consumer::metrics);
    this.releases = new ReleaseWatcher(clients, installation, models, opener, health);
    this.releaseThread = daemon(releases, "scoring-releases");
    this.loop =
        new ScoringLoop(
            new ScoringLoop.LoopParts(
                installation.name(Topics.SCORING_REQUESTS),
                toPrepare,
                dispatcher,
                new EpochPolicy(
                    settings.minEpoch().toNanos(),
                    Math.max(settings.minEpoch().toNanos(), settings.maxEpoch().toNanos()),
                    settings.epochRecords()),
                settings.leastQueue(),
                releases::caughtUp,
                () -> CommittedScores.exist(clients, installation.name(Topics.SCORES)),
                new ScoringMeters(meters, time),
                health,
                time),
            consumer,
            new TransactionalOutput(clients::producer),
            Breaker.closed(settings.breakerWindow(), settings.breakerShare()));
    this.loopThread = new Thread(loop, "scoring-loop");
    Runnable wake = () -> LockSupport.unpark(loopThread);
    for (int i = 0; i < settings.tokenisers(); i++) {
      workers.add(
          daemon(
              new Preparer(
                  toPrepare,
                  installation.deserializer(Topics.SCORING_REQUESTS),
                  models,
                  dispatcher,
                  deadLetters,
                  health,
                  time,
                  wake),
              "scoring-tokeniser-" + i));
    }
    for (int i = 0; i < settings.sessions(); i++) {
      ScoreRecords records = new ScoreRecords(installation, routes);
      workers.add(
          daemon(
              new DeviceWorker(dispatcher, records, deadLetters, health, meters, time, wake),
              "scoring-device-" + i));
    }
  }

  public void start() {
    workers.forEach(Thread::start);
    releaseThread.start();
    loopThread.start();
  }

  public Health health() {
    return contact.of(health.now());
  }

  /** Finishes what is under way, five seconds at most, and stops. */
  @Override
  public void close() {
    boolean interrupted = false;
    if (loopThread.isAlive()) {
      loop.stop();
      interrupted = !join(loopThread);
    }
    releases.stop();
    interrupted |= !join(releaseThread);
    workers.forEach(Thread::interrupt);
    for (Thread worker : workers) {
      interrupted |= !join(worker);
    }
    consumerMeters.close();
    if (!interrupted) {
      // A worker that hangs in a device call may still use its model.
      models.close();
    }
    health.set(Health.stopped());
  }

  private static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  private static boolean join(Thread thread) {
    try {
      thread.join(STOP.toMillis());
      return !thread.isAlive();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
