package dev.prefstream.runtime.kafka;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Node;

/**
 * Checks, before anything starts, that the broker and the registry answer, and says what is wrong
 * when they do not.
 */
public final class Connection {

  private Connection() {}

  /**
   * Thrown when the broker or the registry does not answer; the message says what was tried and
   * what to do.
   */
  public static final class UnreachableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreachableException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Asks the cluster for its brokers.
   *
   * @throws UnreachableException when no broker answers within {@code timeout}, naming bootstrap
   *     servers, and the advertised addresses that do not resolve
   */
  public static void checkBroker(Map<String, Object> clientConfig, Duration timeout) {
    Map<String, Object> config = new java.util.HashMap<>(clientConfig);
    int millis = Math.toIntExact(timeout.toMillis());
    config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
    config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
    String servers = String.valueOf(config.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG));
    try (Admin admin = Admin.create(config)) {
      Collection<Node> nodes =
          admin.describeCluster().nodes().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      List<Node> unresolved = nodes.stream().filter(node -> !resolves(node.host())).toList();
      if (!unresolved.isEmpty()) {
        throw new UnreachableException(
            "a broker at %s answered, but advertises %s, which does not resolve here: set advertised.listeners on the broker to an address this machine can reach"
                .formatted(
                    servers,
                    unresolved.stream()
                        .map(node -> node.host() + ":" + node.port())
                        .collect(Collectors.joining(", "))),
            new UnknownHostException(unresolved.get(0).host()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnreachableException("interrupted while asking " + servers, e);
    } catch (ExecutionException | TimeoutException | org.apache.kafka.common.KafkaException e) {
      throw new UnreachableException(
          "no Kafka broker answered at %s within %d s (%s): start one, or set kafka.bootstrap-servers to where it listens"
              .formatted(servers, timeout.toSeconds(), rootMessage(e)),
          e);
    }
  }

  /**
   * Asks the registry for its subjects. A {@code mock://} address always answers.
   *
   * @throws UnreachableException when it does not answer with 200 within {@code timeout}
   */
  public static void checkRegistry(String url, Duration timeout) {
    if (url.startsWith("mock://")) {
      return;
    }
    try {
      HttpResponse<Void> response =
          HttpClient.newBuilder()
              .connectTimeout(timeout)
              .build()
              .send(
                  HttpRequest.newBuilder(URI.create(url.replaceAll("/+$", "") + "/subjects"))
                      .timeout(timeout)
                      .build(),
                  HttpResponse.BodyHandlers.discarding());
      int status = response.statusCode();
      if (status != HttpURLConnection.HTTP_OK
          && status != HttpURLConnection.HTTP_UNAUTHORIZED
          && status != HttpURLConnection.HTTP_FORBIDDEN) {
        throw new IOException("HTTP status " + status);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnreachableException("interrupted while asking " + url, e);
    } catch (IOException | IllegalArgumentException e) {
      throw new UnreachableException(
          "no schema registry answered at %s (%s): start one, or set schema-registry.url to where it listens"
              .formatted(url, rootMessage(e)),
          e);
    }
  }

  private static boolean resolves(String host) {
    try {
      InetAddress.getByName(host);
      return true;
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }
}
