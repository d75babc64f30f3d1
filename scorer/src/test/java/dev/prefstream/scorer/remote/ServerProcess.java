package dev.prefstream.scorer.remote;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;

/** A {@link ProtocolServer} in a process of its own, to be given faults and to be killed. */
public final class ServerProcess implements AutoCloseable {

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final Process process;
  private final int port;

  private ServerProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  public static ServerProcess start() {
    return start(0, "");
  }

  /**
   * @param port 0 for any
   * @param token bearer token that is asked for; empty for none
   */
  public static ServerProcess start(int port, String token) {
    try {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx128m",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  ProtocolServer.class.getName(),
                  Integer.toString(port),
                  token)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      BufferedReader output =
          new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
      String line = output.readLine();
      if (line == null) {
        throw new IOException("the inference server ended by itself");
      }
      return new ServerProcess(process, Integer.parseInt(line));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return port;
  }

  public String endpoint() {
    return "http://127.0.0.1:" + port;
  }

  /** Switches a fault on, as in {@code status=503}. */
  public void fault(String fault) {
    ask("POST", "/faults?" + fault);
  }

  /** Switches all faults off. */
  public void well() {
    ask("POST", "/faults");
  }

  /** Requests for inference so far. */
  int requests() {
    return Integer.parseInt(ask("GET", "/counts").split(" ")[0]);
  }

  /** Most requests that were under way at a time. */
  public int mostInFlight() {
    return Integer.parseInt(ask("GET", "/counts").split(" ")[1]);
  }

  private String ask(String method, String path) {
    try {
      return CLIENT
          .send(
              HttpRequest.newBuilder(URI.create(endpoint() + path))
                  .method(method, HttpRequest.BodyPublishers.noBody())
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Ends it as SIGKILL does. */
  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
