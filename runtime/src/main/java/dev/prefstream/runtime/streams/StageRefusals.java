package dev.prefstream.runtime.streams;

import dev.prefstream.runtime.failure.DeadLetters;
import dev.prefstream.runtime.metrics.Metric;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the two handlers of a stage share; reaches them through the Streams configuration, since
 * Kafka makes them by class name.
 */
record StageRefusals(String stage, DeadLetters deadLetters, MeterRegistry registry) {

  static final String CONFIG = "prefstream.stage.refusals";

  private static final Logger log = LoggerFactory.getLogger(StageRefusals.class);

  static StageRefusals from(Map<String, ?> configs) {
    if (configs.get(CONFIG) instanceof StageRefusals refusals) {
      return refusals;
    }
    throw new IllegalStateException(
        "the Streams configuration lacks " + CONFIG + ": build it with StreamsStage");
  }

  void received() {
    Metric.RECEIVED.counter(registry, stage).increment();
  }

  ProducerRecord<byte[], byte[]> refuse(DeadLetters.Origin origin, Exception failure) {
    String reason = DeadLetters.reason(failure).name();
    Metric.DEAD_LETTERED.counter(registry, stage, reason).increment();
    log.atWarn()
        .addKeyValue("stage", stage)
        .addKeyValue("reason", reason)
        .addKeyValue("topic", origin.topic())
        .addKeyValue("partition", origin.partition())
        .addKeyValue("offset", origin.offset())
        .log("record refused to dead letters");
    return deadLetters.of(origin, failure);
  }
}
