package dev.prefstream.scorer.loop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.prefstream.scorer.ScoringCluster;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a broker does to a transaction that outlasts its time, and that the one way back, a new
 * producer and the same epoch again, leaves every record there once.
 */
class TransactionsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  /** A producer's epoch is a 16-bit number that every transaction raises (KIP-890). */
  private static final int EPOCHS = Short.MAX_VALUE;

  @TempDir static Path dataDir;

  @SuppressWarnings("NullAway.Init") // set before all tests
  private static ScoringCluster broker;

  @SuppressWarnings("NullAway.Init") // set before each test
  private ScoringCluster cluster;

  @SuppressWarnings("NullAway.Init") // set before each test
  private KafkaClients clients;

  private final String out = "out";
  private final String in = "in";

  @BeforeAll
  static void startBroker() {
    broker = ScoringCluster.start(dataDir, 1);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void createTopics(TestInfo test) throws Exception {
    cluster = broker.another(test.getTestMethod().orElseThrow().getName() + ".", 1);
    clients = new KafkaClients(cluster.installation(), Duration.ofSeconds(2), 100);
    try (Admin admin = Admin.create(cluster.installation().clientConfig())) {
      admin
          .createTopics(
              List.of(new NewTopic(name(out), 1, (short) 1), new NewTopic(name(in), 1, (short) 1)))
          .all()
          .get();
    }
  }

  private String name(String topic) {
    return cluster.installation().scoped(topic);
  }

  @Test
  void anEpochThatTheCoordinatorAbortedIsRefusedAndGoesThroughTheSecondTime() {
    TransactionalOutput output =
        new TransactionalOutput(
            firstOneInterrupted(
                "commitTransaction",
                producer -> {
                  producer.flush();
                  await()
                      .atMost(PATIENCE)
                      .until(() -> transaction().state() == TransactionState.COMPLETE_ABORT);
                }));
    output.open();

    Throwable refusal = catchThrowable(() -> commit(output, 0, new ConsumerGroupMetadata("g")));

    assertThat(refusal).isInstanceOf(KafkaException.class);
    assertThat(LoopErrors.fatal(refusal)).as("%s stops the service", refusal).isFalse();
    assertThat(output.isOpen()).isFalse();
    output.open();
    commit(output, 0, new ConsumerGroupMetadata("g"));
    output.close();
    assertThat(committed()).containsExactly("0");
  }

  /** The answer to a commit after the transaction's time, by brokers that give it (KAFKA-20785). */
  @Test
  void anEpochWhoseCommitEndsAsInvalidStateGoesThroughTheSecondTimeWithinAMinute() {
    TransactionalOutput output =
        new TransactionalOutput(
            firstOneInterrupted(
                "commitTransaction",
                producer -> {
                  producer.flush(); // What was sent stays on the broker, in an open transaction.
                  throw new InvalidTxnStateException("the transaction is in another state");
                }));
    output.open();

    Throwable refusal = catchThrowable(() -> commit(output, 0, new ConsumerGroupMetadata("g")));

    long refused = System.nanoTime();
    assertThat(refusal).isInstanceOf(InvalidTxnStateException.class);
    assertThat(LoopErrors.fatal(refusal)).as("stops the service").isFalse();
    assertThat(output.isOpen()).isFalse();
    output.open();
    commit(output, 0, new ConsumerGroupMetadata("g"));
    assertThat(Duration.ofNanos(System.nanoTime() - refused)).isLessThan(Duration.ofMinutes(1));
    output.close();
    assertThat(committed()).containsExactly("0");
  }

  @Test
  void offsetsOfAMemberThatIsNoMemberAnyMoreAreRefused() {
    ConsumerGroupMetadata stale;
    try (Consumer<byte[], byte[]> consumer = clients.consumer()) {
      consumer.subscribe(List.of(name(in)));
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                try {
                  consumer.poll(Duration.ofMillis(50));
                } catch (NoOffsetForPartitionException e) {
                  return true;
                }
                return false;
              });
      stale = consumer.groupMetadata();
    }
    TransactionalOutput output = new TransactionalOutput(clients::producer);
    output.open();

    Throwable refusal = catchThrowable(() -> commit(output, 0, stale));

    assertThat(refusal).isInstanceOf(KafkaException.class);
    assertThat(LoopErrors.fatal(refusal)).as("%s stops the service", refusal).isFalse();
    assertThat(output.isOpen()).isFalse();
    assertThat(committed()).isEmpty();
  }

  @Test
  void anEpochWhoseSendTimedOutIsAbortedAndGoesThroughTheSecondTime() {
    List<Throwable> lost = new ArrayList<>();
    TransactionalOutput output =
        new TransactionalOutput(
            firstOneInterrupted(
                "send",
                producer -> {
                  producer.partitionsFor(name(out)); // Or it waits for metadata, and sends nothing.
                  broker.whileDown(
                      () -> {
                        producer.send(record(0), (sent, e) -> lost.add(e));
                        producer.flush();
                      });
                }));
    output.open();

    Throwable refusal = catchThrowable(() -> commit(output, 0, new ConsumerGroupMetadata("g")));

    assertThat(lost).hasSize(1).first().isInstanceOf(TimeoutException.class);
    assertThat(refusal).isInstanceOf(KafkaException.class);
    assertThat(LoopErrors.fatal(refusal)).as("%s stops the service", refusal).isFalse();
    assertThat(output.isOpen()).isFalse();
    output.open();
    commit(output, 0, new ConsumerGroupMetadata("g"));
    output.close();
    assertThat(committed()).containsExactly("0");
  }

  /** Takes minutes: {@code mvn verify -Plong -pl scorer -am}. */
  @Test
  @Tag("long")
  void oneProducerOutlivesItsEpochs() {
    TransactionalOutput output = new TransactionalOutput(clients::producer);
    output.open();
    ConsumerGroupMetadata group = new ConsumerGroupMetadata("g");
    commit(output, 0, group);
    long first = transaction().producerId();

    for (int i = 1; i <= EPOCHS + 100; i++) {
      commit(output, i, group);
    }

    output.close();
    assertThat(transaction().producerId()).as("the epochs ran out").isNotEqualTo(first);
    assertThat(committed())
        .containsExactlyElementsOf(
            IntStream.rangeClosed(0, EPOCHS + 100).mapToObj(Integer::toString).toList());
  }

  /** The first producer does something else before this call; those after it are plain. */
  private Supplier<Producer<byte[], byte[]>> firstOneInterrupted(
      String call, java.util.function.Consumer<Producer<byte[], byte[]>> intermission) {
    List<Producer<byte[], byte[]>> made = new ArrayList<>();
    return () -> {
      Producer<byte[], byte[]> real = clients.producer();
      made.add(real);
      return made.size() == 1 ? interrupted(real, call, intermission) : real;
    };
  }

  @SuppressWarnings("unchecked")
  private static Producer<byte[], byte[]> interrupted(
      Producer<byte[], byte[]> real,
      String call,
      java.util.function.Consumer<Producer<byte[], byte[]>> intermission) {
    return (Producer<byte[], byte[]>)
        Proxy.newProxyInstance(
            TransactionsIT.class.getClassLoader(),
            new Class<?>[] {Producer.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals(call)) {
                intermission.accept(real);
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private void commit(TransactionalOutput output, int number, ConsumerGroupMetadata group) {
    output.commit(
        List.of(record(number)),
        Map.of(new TopicPartition(name(in), 0), new OffsetAndMetadata(number + 1)),
        group);
  }

  private ProducerRecord<byte[], byte[]> record(int number) {
    return new ProducerRecord<>(name(out), Integer.toString(number).getBytes(UTF_8));
  }

  private TransactionDescription transaction() {
    try (Admin admin = Admin.create(cluster.installation().clientConfig())) {
      return admin
          .describeTransactions(List.of(clients.transactionalId()))
          .description(clients.transactionalId())
          .get();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private List<String> committed() {
    List<String> values = new ArrayList<>();
    try (Consumer<byte[], byte[]> reader = clients.reader(name(out))) {
      TopicPartition partition = new TopicPartition(name(out), 0);
      long end = reader.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while (reader.position(partition) < end) {
        reader
            .poll(Duration.ofMillis(100))
            .forEach(record -> values.add(new String(record.value(), UTF_8)));
      }
    }
    return values;
  }
}
