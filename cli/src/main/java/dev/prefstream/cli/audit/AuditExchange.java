package dev.prefstream.cli.audit;

import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.AuditRequest;
import dev.prefstream.schemas.avro.FairnessAudit;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Publishes an audit request and waits for the audit that answers it. */
record AuditExchange(Installation installation) {

  private static final Duration POLL = Duration.ofMillis(200);

  /** Blocks until the answer came or the time is over; empty then. */
  Optional<FairnessAudit> ask(AuditRequest request, Duration timeout) {
    Map<String, Object> config = installation.clientConfig();
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    try (Consumer<String, FairnessAudit> audits =
        new KafkaConsumer<>(
            config, new StringDeserializer(), installation.deserializer(Topics.FAIRNESS_AUDITS))) {
      List<TopicPartition> partitions =
          audits.partitionsFor(installation.name(Topics.FAIRNESS_AUDITS)).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      audits.assign(partitions);
      audits.seekToEnd(partitions);
      partitions.forEach(audits::position); // Seeks are lazy; the answer must come after this.
      publish(request);
      long begun = System.nanoTime();
      while (System.nanoTime() - begun < timeout.toNanos()) {
        for (ConsumerRecord<String, FairnessAudit> audit : audits.poll(POLL)) {
          if (request.getRequestId().equals(audit.value().getRequestId())) {
            return Optional.of(audit.value());
          }
        }
      }
    }
    return Optional.empty();
  }

  private void publish(AuditRequest request) {
    try (Producer<String, AuditRequest> producer =
        new KafkaProducer<>(
            installation.clientConfig(),
            new StringSerializer(),
            installation.serializer(Topics.AUDIT_REQUESTS))) {
      producer
          .send(
              new ProducerRecord<>(
                  installation.name(Topics.AUDIT_REQUESTS), request.getTenantId(), request))
          .get();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      throw new KafkaException("cannot publish the audit request", e.getCause());
    }
  }
}
