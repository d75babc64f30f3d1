package dev.prefstream.scorer.remote;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.prefstream.scorer.bundle.BundleManifest;
import dev.prefstream.scorer.bundle.RemoteModel;
import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.model.ScoringText;
import dev.prefstream.scorer.remote.RemoteFailure.Blame;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The APIs by which vLLM and servers like it give rewards: {@code /pooling} (for models with a
 * reward head, such as WorldPM: one number for each token, of which the last is the reward, or one
 * for the whole), {@code /classify} (sequence classifiers: one number for each class) and {@code
 * /score} (pairs of texts). No activation is asked for: a logit is to come back. Rows of ids are
 * sent as they are, without padding.
 */
final class Vllm implements ServedNetwork {

  private final InferenceServer server;
  private final BundleManifest.Model model;
  private final RemoteModel remote;
  private final String path;

  private Vllm(InferenceServer server, BundleManifest.Model model, RemoteModel remote) {
    this.server = server;
    this.model = model;
    this.remote = remote;
    this.path =
        switch (remote.protocol()) {
          case RemoteModel.VLLM_POOLING -> "/pooling";
          case RemoteModel.VLLM_CLASSIFY -> "/classify";
          default -> "/score";
        };
  }

  /** Asks whether the server has the model. */
  static Vllm connect(InferenceServer server, BundleManifest.Model model, RemoteModel remote)
      throws RemoteFailure {
    Set<String> found = new TreeSet<>();
    Json.read(server.get("/v1/models"))
        .path("data")
        .forEach(served -> found.add(served.path("id").asText()));
    if (!found.contains(remote.name())) {
      throw new RemoteFailure(
          Blame.SERVER,
          "%s serves %s, expected %s among them as model.remote.model says"
              .formatted(server, found, remote.name()));
    }
    return new Vllm(server, model, remote);
  }

  @Override
  public double[] logits(List<EncodedText> batch, int paddedLength) throws RemoteFailure {
    byte[] request =
        Json.write(
            json -> {
              json.writeStringField("model", remote.name());
              json.writeBooleanField("use_activation", false);
              if (path.equals("/score")) {
                json.writeFieldName("text_1");
                texts(json, batch, false);
                json.writeFieldName("text_2");
                texts(json, batch, true);
                return;
              }
              if (remote.poolingTask() != null) {
                json.writeStringField("task", remote.poolingTask());
              }
              json.writeFieldName("input");
              if (model.readsText()) {
                texts(json, batch, false);
              } else {
                json.writeStartArray();
                for (EncodedText row : batch) {
                  Json.ids(json, row);
                }
                json.writeEndArray();
              }
            });
    return read(Json.read(server.post(path, request)).path("data"), batch.size());
  }

  private static void texts(JsonGenerator json, List<EncodedText> batch, boolean pairs)
      throws IOException {
    json.writeStartArray();
    for (EncodedText row : batch) {
      ScoringText source = requireNonNull(row.source(), "a text");
      json.writeString(pairs ? source.pair() : source.text());
    }
    json.writeEndArray();
  }

  private double[] read(JsonNode data, int rows) throws RemoteFailure {
    double[] logits = new double[rows];
    boolean[] seen = new boolean[rows];
    for (JsonNode item : data) {
      int index = item.path("index").asInt(-1);
      if (index < 0 || index >= rows || seen[index]) {
        throw wrong("an answer for row %d of %d".formatted(index, rows));
      }
      seen[index] = true;
      logits[index] =
          switch (path) {
            case "/pooling" -> pooled(item.path("data"));
            case "/classify" -> classes(item.path("probs"));
            default -> Json.number(item.path("score"));
          };
    }
    if (data.size() != rows) {
      throw wrong("%d answers for %d rows".formatted(data.size(), rows));
    }
    return logits;
  }

  /** Of one list for each token, the last: it alone has seen the whole text. */
  private double pooled(JsonNode data) throws RemoteFailure {
    return classes(data.path(0).isArray() ? data.path(data.size() - 1) : data);
  }

  private double classes(JsonNode values) throws RemoteFailure {
    int columns = model.output().columns();
    if (!values.isArray() || values.size() != columns) {
      throw wrong("%d numbers for a row, expected %d".formatted(values.size(), columns));
    }
    return columns == 1
        ? Json.number(values.path(0))
        : Json.number(values.path(1)) - Json.number(values.path(0));
  }

  private RemoteFailure wrong(String found) {
    return new RemoteFailure(Blame.UNCLEAR, "%s%s gave %s".formatted(server, path, found));
  }
}
