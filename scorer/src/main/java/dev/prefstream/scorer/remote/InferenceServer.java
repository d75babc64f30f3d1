package dev.prefstream.scorer.remote;

import dev.prefstream.scorer.remote.RemoteFailure.Blame;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One server's HTTP side: requests with a bound on time and size, and failures told apart. May be
 * used by many threads at a time; each blocks for its own answer.
 */
final class InferenceServer {

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final int MAX_ANSWER = 64 << 20;
  private static final int MOST_WORDS = 300;

  private final URI base;
  private final Duration timeout;
  private final BearerToken token;
  private final HttpClient client;

  InferenceServer(URI base, Duration timeout, BearerToken token) {
    this.base = base;
    this.timeout = timeout;
    this.token = token;
    this.client =
        HttpClient.newBuilder()
            // Servers of models speak 1.1 and complain of the upgrade to 2 that Java asks for.
            .version(HttpClient.Version.HTTP_1_1)
            // A redirect would carry texts and token to a place that nobody configured.
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT.compareTo(timeout) < 0 ? CONNECT : timeout)
            .build();
  }

  /** The text as one part of a path. */
  static String part(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  byte[] get(String path) throws RemoteFailure {
    return send(path, request(path).GET());
  }

  byte[] post(String path, byte[] json) throws RemoteFailure {
    return send(
        path,
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(json)));
  }

  private HttpRequest.Builder request(String path) throws RemoteFailure {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path)).header("Accept", "application/json");
    try {
      token.now().ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
    } catch (IOException | IllegalArgumentException e) {
      throw new RemoteFailure(
          Blame.SERVER, "cannot read the bearer token of scorer.remote.token: write it again", e);
    }
    return request;
  }

  private byte[] send(String path, HttpRequest.Builder builder) throws RemoteFailure {
    HttpRequest request = builder.timeout(timeout).build();
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client.sendAsync(request, head -> new BoundedBody(MAX_ANSWER));
    try {
      // The client's own timeout ends when the head of the answer is there.
      return body(path, exchange.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      exchange.cancel(true);
      throw silent(path, e);
    } catch (InterruptedException e) {
      exchange.cancel(true);
      Thread.currentThread().interrupt();
      throw new RemoteFailure(Blame.SERVER, "interrupted while waiting for " + base, e);
    } catch (ExecutionException e) {
      throw broken(path, e.getCause() == null ? e : e.getCause());
    }
  }

  private RemoteFailure silent(String path, Throwable cause) {
    return new RemoteFailure(
        Blame.UNCLEAR,
        "%s%s did not answer in %d ms (scorer.remote.timeout)"
            .formatted(base, path, timeout.toMillis()),
        cause);
  }

  private RemoteFailure broken(String path, Throwable cause) {
    if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
      return new RemoteFailure(
          Blame.SERVER,
          "cannot connect to %s: start the server, or correct scorer.remote.endpoints"
              .formatted(base),
          cause);
    }
    if (cause instanceof HttpTimeoutException) {
      return silent(path, cause);
    }
    return new RemoteFailure(
        Blame.UNCLEAR,
        "the answer of %s%s broke off (%s)".formatted(base, path, cause.getMessage()),
        cause);
  }

  private byte[] body(String path, HttpResponse<byte[]> response) throws RemoteFailure {
    int status = response.statusCode();
    if (status >= 200 && status < 300) {
      return response.body();
    }
    throw new RemoteFailure(
        switch (status) {
          case 401, 403, 404, 407, 408, 425, 429, 502, 503, 504 -> Blame.SERVER;
          default -> status >= 400 && status < 500 ? Blame.REQUEST : Blame.UNCLEAR;
        },
        "%s%s answered with status %d%s".formatted(base, path, status, meaning(status)),
        status,
        RetryAfter.of(response.headers()),
        words(response.body()));
  }

  private String meaning(int status) {
    return switch (status) {
      case 401, 403 -> ": it does not accept " + token + "; give one by scorer.remote.token";
      case 404 -> ": it has no such model";
      default -> status >= 300 && status < 400 ? ": redirects are not followed" : "";
    };
  }

  private static String words(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8).replaceAll("\\s+", " ").strip();
    return text.length() > MOST_WORDS ? text.substring(0, MOST_WORDS) + "..." : text;
  }

  @Override
  public String toString() {
    return base.toString();
  }
}
