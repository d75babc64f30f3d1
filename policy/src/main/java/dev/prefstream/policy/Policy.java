package dev.prefstream.policy;

import java.util.Set;

/** What all rules share. */
public final class Policy {

  /**
   * Version of these rules. Raise it with every change that can change an outcome; decision records
   * carry it, and a replay of older records needs the rules of their version.
   */
  public static final String VERSION = "2";

  /**
   * Versions whose records these rules decide alike. Version 2 added rules that do nothing where a
   * record of version 1 has nothing for them to read.
   */
  public static final Set<String> REPLAYABLE = Set.of("1", VERSION);

  /** Strictness level where neither the tenant nor the installation has set one. */
  public static final double DEFAULT_STRICTNESS = 0.7;

  private Policy() {}
}
