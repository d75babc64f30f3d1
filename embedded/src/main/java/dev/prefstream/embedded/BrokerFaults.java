package dev.prefstream.embedded;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import kafka.server.FaultHandlerFactory;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.server.fault.FaultHandler;
import org.apache.kafka.server.fault.FaultHandlerException;
import org.apache.kafka.server.fault.LoggingFaultHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a broker's failures where Kafka would end the process.
 *
 * <p>Kafka ends it in two ways: fatal fault handlers, which this class makes for the broker, and
 * {@link Exit}, a hook for the whole JVM. A broker's threads all descend from those that {@link
 * #thread} makes, so an inherited thread-local tells whose thread calls the hook; a thread of no
 * broker ends the process as it does without us.
 */
final class BrokerFaults implements FaultHandlerFactory {

  private static final Logger log = LoggerFactory.getLogger(BrokerFaults.class);
  private static final InheritableThreadLocal<@Nullable BrokerFaults> OWNER =
      new InheritableThreadLocal<>();
  private static final AtomicBoolean HOOKED = new AtomicBoolean();

  private final CompletableFuture<EmbeddedFailureException> failure = new CompletableFuture<>();

  BrokerFaults() {
    if (HOOKED.compareAndSet(false, true)) {
      Exit.setExitProcedure((status, message) -> leave(status, message, false));
      Exit.setHaltProcedure((status, message) -> leave(status, message, true));
    }
  }

  /** Completes with the first failure, at most once. */
  CompletableFuture<EmbeddedFailureException> failure() {
    return failure;
  }

  /** A daemon thread of this broker, not started. */
  Thread thread(String name, Runnable task) {
    Thread thread =
        new Thread(
            () -> {
              OWNER.set(this);
              task.run();
            },
            name);
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public FaultHandler build(String name, boolean fatal, Runnable action) {
    if (!fatal) {
      return new LoggingFaultHandler(name, action);
    }
    return (message, cause) -> {
      log.atError().addKeyValue("in", name).setCause(cause).log("fatal fault in embedded broker");
      action.run();
      report("%s: %s".formatted(name, message), cause);
      return new FaultHandlerException(message, cause);
    };
  }

  private void report(String what, @Nullable Throwable cause) {
    failure.complete(
        new EmbeddedFailureException(
            "the embedded Kafka broker failed (%s%s): its data is kept; free disk or memory if that is short, and start again"
                .formatted(what, cause == null ? "" : ": " + cause),
            cause));
  }

  private static void leave(int status, @Nullable String message, boolean halt) {
    BrokerFaults owner = OWNER.get();
    if (owner == null) {
      if (halt) {
        Runtime.getRuntime().halt(status);
      }
      System.exit(status);
    } else {
      // The caller counts on never coming back, so the thread must not go on.
      EmbeddedFailureException end =
          new EmbeddedFailureException(
              "thread %s ended the broker with status %d%s"
                  .formatted(
                      Thread.currentThread().getName(),
                      status,
                      message == null ? "" : ": " + message),
              null);
      owner.report(String.valueOf(end.getMessage()), end);
      throw end;
    }
  }
}
