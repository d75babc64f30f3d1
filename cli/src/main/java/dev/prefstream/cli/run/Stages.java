package dev.prefstream.cli.run;

import dev.prefstream.runtime.config.Option;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The only place that names the services' modules. */
public final class Stages {

  private Stages() {}

  /** The services' own options below their headings. */
  public static Map<String, List<Option<?>>> options() {
    return new LinkedHashMap<>();
  }
}
