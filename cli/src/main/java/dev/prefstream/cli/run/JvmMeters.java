package dev.prefstream.cli.run;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;

/** Metrics of the JVM and its process under Micrometer's names. */
public final class JvmMeters implements AutoCloseable {

  private final JvmGcMetrics pauses;

  private JvmMeters(JvmGcMetrics pauses) {
    this.pauses = pauses;
  }

  /** Adds them to the registry until closed. */
  public static JvmMeters bind(MeterRegistry registry) {
    JvmGcMetrics pauses = new JvmGcMetrics();
    pauses.bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    return new JvmMeters(pauses);
  }

  /** Stops listening to garbage collections. */
  @Override
  public void close() {
    pauses.close();
  }
}
