package dev.prefstream.cli;

import dev.prefstream.embedded.EmbeddedFailureException;
import dev.prefstream.runtime.config.ConfigurationException;
import dev.prefstream.runtime.kafka.Connection.UnreachableException;
import dev.prefstream.runtime.service.PortInUseException;
import dev.prefstream.scorer.bundle.BundleException;
import dev.prefstream.scorer.model.ModelException;
import dev.prefstream.scorer.onnx.ProviderException;
import java.io.PrintWriter;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells a failure in one paragraph and chooses the exit code. */
final class Failures {

  private Failures() {}

  static int wrongUsage(ParameterException failure, String[] args) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("prefstream: " + failure.getMessage());
    UnmatchedArgumentException.printSuggestions(failure, err);
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return ExitCode.USAGE;
  }

  static int whileRunning(Exception failure, CommandLine command, boolean debug) {
    PrintWriter err = command.getErr();
    int exitCode = exitCode(failure);
    boolean expected = exitCode != ExitCode.FAILED || isForPeople(failure);
    err.println("prefstream: " + (expected ? message(failure) : "unexpected failure: " + failure));
    if (debug) {
      failure.printStackTrace(err);
    } else if (!expected) {
      err.println("Run it again with --debug to see where.");
    }
    return exitCode;
  }

  private static int exitCode(Exception failure) {
    if (failure instanceof CommandFailure known) {
      return known.exitCode();
    }
    if (failure instanceof ConfigurationException) {
      return ExitCode.USAGE;
    }
    if (failure instanceof UnreachableException) {
      return ExitCode.UNREACHABLE;
    }
    return has(failure, TimeoutException.class) || has(failure, AuthenticationException.class)
        ? ExitCode.UNREACHABLE
        : ExitCode.FAILED;
  }

  private static boolean isForPeople(Exception failure) {
    return failure instanceof CommandFailure
        || failure instanceof PortInUseException
        || failure instanceof EmbeddedFailureException
        || failure instanceof BundleException
        || failure instanceof ProviderException
        || failure instanceof ModelException
        || has(failure, AuthorizationException.class);
  }

  private static String message(Exception failure) {
    if (failure instanceof KafkaException) {
      StringBuilder chain = new StringBuilder(String.valueOf(failure.getMessage()));
      for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
        chain.append(": ").append(cause.getMessage());
      }
      return "Kafka's client gave up: " + chain;
    }
    return String.valueOf(failure.getMessage());
  }

  private static boolean has(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }
}
