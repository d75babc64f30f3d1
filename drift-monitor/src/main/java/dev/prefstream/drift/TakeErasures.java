package dev.prefstream.drift;

import static java.util.Objects.requireNonNull;

import dev.prefstream.runtime.streams.Erasures;
import dev.prefstream.runtime.streams.StageCounters;
import dev.prefstream.schemas.avro.Erasure;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Sends on erasures of tickets whose ids evidence may name; of others this stage has no id. */
final class TakeErasures implements Processor<String, Erasure, String, Erasure> {

  private final StageCounters counters;
  private @Nullable ProcessorContext<String, Erasure> context;

  TakeErasures(MeterRegistry registry) {
    this.counters = new StageCounters(DriftMonitor.STAGE, registry);
  }

  @Override
  public void init(ProcessorContext<String, Erasure> newContext) {
    context = newContext;
  }

  @Override
  public void process(Record<String, Erasure> record) {
    counters.received();
    if (Observation.isExample(Erasures.ticketId(record))) {
      requireNonNull(context).forward(record);
    }
    counters.processed();
  }
}
