package dev.prefstream.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

/** Plain HTTP calls to a schema registry. */
final class Rest {

  static final ObjectMapper JSON = new ObjectMapper();
  private static final String V1 = "application/vnd.schemaregistry.v1+json";

  private final HttpClient http = HttpClient.newHttpClient();
  private final String url;

  Rest(String url) {
    this.url = url;
  }

  /** An answer; the body is the answer's text. */
  record Answer(int status, String contentType, String body) {

    JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (JsonProcessingException e) {
        throw new UncheckedIOException("no JSON: " + body, e);
      }
    }

    /** Status and error code, to compare in one go. */
    String failure() {
      return status + " " + json().path("error_code").asText();
    }
  }

  /** Body that carries a schema. */
  static String schema(String text) {
    ObjectNode body = JSON.createObjectNode();
    body.put("schema", text);
    return body.toString();
  }

  /** Body that carries a schema with one reference. */
  static String schema(String text, String name, String subject, int version) {
    ObjectNode body = JSON.createObjectNode();
    body.put("schema", text);
    body.putArray("references")
        .addObject()
        .put("name", name)
        .put("subject", subject)
        .put("version", version);
    return body.toString();
  }

  static String encode(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }

  Answer get(String path) {
    return send(request(path).GET());
  }

  Answer get(String path, String accept) {
    return send(request(path).setHeader("Accept", accept).GET());
  }

  Answer post(String path, String body) {
    return send(request(path).POST(BodyPublishers.ofString(body)));
  }

  Answer post(String path, String body, String contentType) {
    return send(
        request(path).setHeader("Content-Type", contentType).POST(BodyPublishers.ofString(body)));
  }

  Answer put(String path, String body) {
    return send(request(path).PUT(BodyPublishers.ofString(body)));
  }

  Answer delete(String path) {
    return send(request(path).DELETE());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path))
        .header("Content-Type", V1)
        .header("Accept", V1);
  }

  private Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
      return new Answer(
          response.statusCode(),
          response.headers().firstValue("Content-Type").orElse(""),
          response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
