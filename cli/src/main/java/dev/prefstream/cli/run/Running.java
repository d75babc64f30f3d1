package dev.prefstream.cli.run;

import dev.prefstream.cli.CommandFailure;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.StopSignal;
import dev.prefstream.runtime.service.Health;
import dev.prefstream.runtime.service.ProbeServer;
import dev.prefstream.runtime.service.Service;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Services that were started together, with their probes. {@link #await} ends when the process is
 * told to end or a service fails; {@link #close} stops them, last first.
 */
final class Running implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Running.class);
  private static final Duration LOOK = Duration.ofMillis(250);

  /** Longer than the services take to stop; an orchestrator kills after 30 s. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(25);

  private final List<Service> services;
  private final ProbeServer probes;
  private final StopSignal stop = new StopSignal(STOP_LIMIT);

  private Running(List<Service> services, ProbeServer probes) {
    this.services = services;
    this.probes = probes;
  }

  /**
   * Opens the probes' port first: when it is taken, no service has started yet. The services are
   * closed when anything fails.
   */
  static Running start(
      List<Service> services, String host, int port, PrometheusMeterRegistry registry) {
    Running running = new Running(services, listen(services, host, port, registry));
    try {
      services.forEach(Service::start);
      return running;
    } catch (RuntimeException e) {
      running.close();
      throw e;
    }
  }

  private static ProbeServer listen(
      List<Service> services, String host, int port, PrometheusMeterRegistry registry) {
    try {
      return ProbeServer.start(host, port, services, registry);
    } catch (RuntimeException e) {
      services.forEach(Service::close);
      throw e;
    }
  }

  int port() {
    return probes.port();
  }

  /**
   * Blocks until the process is told to end.
   *
   * @throws CommandFailure when a service has failed
   */
  int await() {
    while (!stop.await(LOOK)) {
      for (Service service : services) {
        Health health = service.health();
        if (health.state() == Health.State.FAILED) {
          throw new CommandFailure(
              ExitCode.FAILED, service.name() + " stopped: " + health.detail());
        }
      }
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new CommandFailure(ExitCode.FAILED, "interrupted");
    }
    return ExitCode.OK;
  }

  @Override
  public void close() {
    long began = System.nanoTime();
    List<Service> lastFirst = new ArrayList<>(services);
    Collections.reverse(lastFirst);
    lastFirst.forEach(Service::close);
    probes.close();
    log.atInfo()
        .addKeyValue("millis", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began))
        .log("stopped");
    stop.close();
  }
}
