package dev.prefstream.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** What the process's exit code tells a script. {@code --help} prints these. */
public final class ExitCode {

  /** All was done. */
  public static final int OK = 0;

  /** It began and failed while running. */
  public static final int FAILED = 1;

  /** Wrong usage or configuration; nothing was done. */
  public static final int USAGE = 2;

  /** The broker or the schema registry cannot be reached. */
  public static final int UNREACHABLE = 3;

  /** Some input was refused; the rest was taken. */
  public static final int REFUSED = 4;

  private ExitCode() {}

  /** The codes and what they mean, in order. */
  static Map<String, String> meanings() {
    Map<String, String> meanings = new LinkedHashMap<>();
    meanings.put("0", "All was done.");
    meanings.put("1", "It began and failed while running.");
    meanings.put("2", "Wrong usage or configuration; nothing was done.");
    meanings.put("3", "The broker or the schema registry cannot be reached.");
    meanings.put("4", "Some input was refused; the rest was taken.");
    return meanings;
  }
}
