package dev.prefstream.runtime.streams;

import dev.prefstream.runtime.kafka.Installation;
import dev.prefstream.schemas.Topic;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;

/**
 * How a topology reads and writes catalogue topics: {@code streams.name(SCORES)}, {@code
 * streams.consumed(SCORES, "decision-scores")}.
 */
public record TopicStreams(Installation installation) {

  /** Name of the topic on the cluster. */
  public String name(Topic<?> topic) {
    return installation.name(topic);
  }

  /** Reads the topic's keys and values; names the source operator. */
  public <V extends SpecificRecord> Consumed<String, V> consumed(Topic<V> topic, String operator) {
    return Consumed.with(Serdes.String(), serde(topic)).withName(operator);
  }

  /** Writes the topic's keys and values; names the sink operator. */
  public <V extends SpecificRecord> Produced<String, V> produced(Topic<V> topic, String operator) {
    return Produced.with(Serdes.String(), serde(topic)).withName(operator);
  }

  /** A serde for values of the topic's class, for sources, sinks and stores. */
  public <V extends SpecificRecord> Serde<V> serde(Topic<V> topic) {
    return Serdes.serdeFrom(installation.serializer(topic), installation.deserializer(topic));
  }
}
