package dev.prefstream.runtime.service;

/** A part of Prefstream that runs until it is closed. */
public interface Service extends AutoCloseable {

  /** Name for people and probes: intake, scoring, decision, oversight or drift. */
  String name();

  /** Starts it on threads of its own and returns at once. Called once. */
  void start();

  /** How it is now. May be called from any thread at any time. */
  Health health();

  /**
   * Stops it: finishes or aborts what is in flight, blocks until done, a few seconds at most.
   * Idempotent.
   */
  @Override
  void close();
}
