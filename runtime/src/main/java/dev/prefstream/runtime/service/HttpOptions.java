package dev.prefstream.runtime.service;

import dev.prefstream.runtime.config.Option;
import java.util.List;

/** Where a process answers probes and metrics. */
public final class HttpOptions {

  public static final Option<String> HOST =
      Option.text(
          "http.host",
          "127.0.0.1",
          "Address to listen on for probes and metrics; 0.0.0.0 in a container.");

  public static final Option<Integer> PORT =
      Option.integer(
          "http.port",
          8080,
          0,
          65535,
          "Port for /livez, /readyz and /metrics; 0 takes a free one.");

  private HttpOptions() {}

  public static List<Option<?>> all() {
    return List.of(HOST, PORT);
  }
}
