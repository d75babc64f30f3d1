package dev.prefstream.cli;

import java.util.Map;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * What is logged where {@code PREFSTREAM_LOG_LEVEL} does not say. Commands that end by themselves
 * log warnings of their own only ({@code log4j2.xml}).
 */
public final class LogLevels {

  private static final String VARIABLE = "PREFSTREAM_LOG_LEVEL";

  private LogLevels() {}

  /** Steps of our own services, and what Kafka's clients warn of. */
  public static void forServices() {
    if (System.getenv(VARIABLE) == null) {
      Configurator.setLevel(
          Map.of(
              "dev.prefstream", Level.INFO,
              "org.apache.kafka", Level.WARN));
    }
  }
}
