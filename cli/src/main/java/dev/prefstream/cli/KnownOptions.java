package dev.prefstream.cli;

import dev.prefstream.cli.explain.ExplainOptions;
import dev.prefstream.cli.publish.PublishOptions;
import dev.prefstream.cli.run.Stages;
import dev.prefstream.embedded.EmbeddedOptions;
import dev.prefstream.runtime.config.Option;
import dev.prefstream.runtime.kafka.KafkaOptions;
import dev.prefstream.runtime.service.HttpOptions;
import dev.prefstream.runtime.streams.StreamsOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Every option any part of the program knows, so that a misspelt key is an error in every command
 * and one file can configure them all.
 */
public final class KnownOptions {

  private KnownOptions() {}

  /** All of them. */
  public static List<Option<?>> all() {
    List<Option<?>> all = new ArrayList<>();
    bySubject().values().forEach(all::addAll);
    return all;
  }

  /** All of them, below the heading they have in {@code docs/configuration.md}. */
  public static Map<String, List<Option<?>>> bySubject() {
    Map<String, List<Option<?>>> subjects = new LinkedHashMap<>();
    subjects.put("Kafka, registry and topics", KafkaOptions.all());
    subjects.put("Probes and metrics", HttpOptions.all());
    subjects.put("Publishing files", PublishOptions.all());
    subjects.put("Kafka Streams stages", StreamsOptions.all());
    subjects.put("Embedded broker and registry", EmbeddedOptions.all());
    subjects.putAll(Stages.options());
    subjects.put("Explanations", ExplainOptions.all());
    return subjects;
  }
}
