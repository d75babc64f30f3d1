package dev.prefstream.scorer.remote;

import java.time.Duration;

/** A request that gave no logits. Never leaves the package. */
final class RemoteFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /** Whose fault it is, as far as one answer can say. */
  enum Blame {
    /** The server is away, overloaded, or does not let us in. */
    SERVER,
    /** The server says that it does not like what it was sent. */
    REQUEST,
    /** An error inside the server, silence, half an answer or a wrong one. */
    UNCLEAR
  }

  private final Blame blame;
  private final int status;
  private final Duration retryAfter;
  private final String serverSays;

  /**
   * @param message without anything that the server says, as that may quote a customer's text
   * @param status of HTTP, 0 where none came
   * @param serverSays for bundles' own texts only; may be empty
   */
  RemoteFailure(Blame blame, String message, int status, Duration retryAfter, String serverSays) {
    super(message);
    this.blame = blame;
    this.status = status;
    this.retryAfter = retryAfter;
    this.serverSays = serverSays;
  }

  RemoteFailure(Blame blame, String message) {
    this(blame, message, 0, Duration.ZERO, "");
  }

  RemoteFailure(Blame blame, String message, Throwable cause) {
    this(blame, message);
    initCause(cause);
  }

  Blame blame() {
    return blame;
  }

  Duration retryAfter() {
    return retryAfter;
  }

  /** Whether waiting does not help: a token is missing or wrong. */
  boolean accessRefused() {
    return status == 401 || status == 403;
  }

  /** With what the server said. */
  String inFull() {
    return serverSays.isEmpty() ? String.valueOf(getMessage()) : getMessage() + ": " + serverSays;
  }
}
