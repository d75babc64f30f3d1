package dev.prefstream.embedded;

import dev.prefstream.runtime.config.Option;
import java.util.List;

/** Ports of the embedded broker and registry. */
public final class EmbeddedOptions {

  public static final Option<Integer> KAFKA_PORT =
      Option.integer(
          "embedded.kafka-port",
          9092,
          0,
          65535,
          "Port of the embedded Kafka broker on 127.0.0.1; 0 takes a free one.");

  public static final Option<Integer> REGISTRY_PORT =
      Option.integer(
          "embedded.registry-port",
          8081,
          0,
          65535,
          "Port of the embedded schema registry on 127.0.0.1; 0 takes a free one.");

  private EmbeddedOptions() {}

  public static List<Option<?>> all() {
    return List.of(KAFKA_PORT, REGISTRY_PORT);
  }
}
