package dev.prefstream.decision.policy;

/** What all rules share. */
public final class Policy {

  /**
   * Version of these rules. Raise it with every change that can change an outcome; decision records
   * carry it, and a replay of older records needs the rules of their version.
   */
  public static final String VERSION = "1";

  /** Strictness level where neither the tenant nor the installation has set one. */
  public static final double DEFAULT_STRICTNESS = 0.7;

  private Policy() {}
}
