package dev.prefstream.runtime.service;

/**
 * How a service is.
 *
 * @param detail one sentence for people; what to do when it is not READY
 */
public record Health(State state, String detail) {

  /** States of a service. */
  public enum State {
    /** Not serving yet. */
    STARTING,
    /** Serving. */
    READY,
    /** Alive and waiting out a TRANSIENT failure; takes no input meanwhile. */
    WAITING,
    /** Stopped by a failure; it will not serve again in this process. */
    FAILED,
    /** Stopped on request. */
    STOPPED
  }

  public static Health starting(String detail) {
    return new Health(State.STARTING, detail);
  }

  public static Health ready() {
    return new Health(State.READY, "serving");
  }

  public static Health waiting(String detail) {
    return new Health(State.WAITING, detail);
  }

  public static Health failed(String detail) {
    return new Health(State.FAILED, detail);
  }

  public static Health stopped() {
    return new Health(State.STOPPED, "stopped on request");
  }
}
