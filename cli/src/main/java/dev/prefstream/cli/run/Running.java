package dev.prefstream.cli.run;

import dev.prefstream.cli.CommandFailure;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.runtime.service.Health;
import dev.prefstream.runtime.service.ProbeServer;
import dev.prefstream.runtime.service.Service;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Services that were started together, with their probes. {@link #await} ends when the JVM is told
 * to end or a service fails; {@link #close} stops them, last first.
 */
final class Running implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Running.class);
  private static final Duration LOOK = Duration.ofMillis(250);

  /** Longer than the services take to stop; an orchestrator kills after 30 s. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(25);

  private final List<Service> services;
  private final ProbeServer probes;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stopFromHook, "stop");

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
    Runtime.getRuntime().addShutdownHook(running.hook);
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
   * Blocks until the JVM is told to end.
   *
   * @throws CommandFailure when a service has failed
   */
  int await() {
    try {
      while (!stop.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        for (Service service : services) {
          Health health = service.health();
          if (health.state() == Health.State.FAILED) {
            throw new CommandFailure(
                ExitCode.FAILED, service.name() + " stopped: " + health.detail());
          }
        }
      }
      return ExitCode.OK;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCode.FAILED, "interrupted", e);
    }
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
    stopped.countDown();
    removeHook();
  }

  private void stopFromHook() {
    stop.countDown();
    try {
      if (!stopped.await(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        log.atWarn().log("services did not stop in time; open transactions will be aborted");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void removeHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // It is the hook that made us close.
    }
  }
}
