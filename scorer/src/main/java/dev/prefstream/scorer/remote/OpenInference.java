package dev.prefstream.scorer.remote;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.prefstream.scorer.bundle.BundleManifest;
import dev.prefstream.scorer.bundle.RemoteModel;
import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.remote.RemoteFailure.Blame;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The Open Inference Protocol, version 2, over HTTP with tensors in JSON: ids as tensors of shape
 * [rows, length], or text as BYTES of shape [rows] or [rows, 1]. Where the server takes only some
 * numbers of rows, as compiled networks do, the batch is split and filled up with its first row.
 */
final class OpenInference implements ServedNetwork {

  private static final Set<String> ID_TYPES = Set.of("INT64", "INT32");
  private static final Set<String> TEXT_TYPES = Set.of("BYTES");

  /** FP16 and BF16 have no form in JSON. */
  private static final Set<String> OUTPUT_TYPES = Set.of("FP32", "FP64");

  private final InferenceServer server;
  private final BundleManifest.Model model;
  private final int padId;
  private final List<Integer> rows;
  private final String path;
  private final Map<String, String> types = new HashMap<>();
  private boolean textInColumns;

  private OpenInference(
      InferenceServer server, BundleManifest.Model model, RemoteModel remote, int padId) {
    this.server = server;
    this.model = model;
    this.padId = padId;
    this.rows = remote.rows() == null ? List.of() : remote.rows();
    this.path =
        "/v2/models/"
            + InferenceServer.part(remote.name())
            + (remote.version() == null
                ? ""
                : "/versions/" + InferenceServer.part(remote.version()));
  }

  /** Asks whether the model is ready and what it takes. */
  static OpenInference connect(
      InferenceServer server, BundleManifest.Model model, RemoteModel remote, int padId)
      throws RemoteFailure {
    OpenInference network = new OpenInference(server, model, remote, padId);
    server.get(network.path + "/ready");
    network.checkFace(Json.read(server.get(network.path)));
    return network;
  }

  private void checkFace(JsonNode metadata) throws RemoteFailure {
    JsonNode inputs = metadata.path("inputs");
    if (inputs.isEmpty() && metadata.path("outputs").isEmpty()) {
      return; // Some servers do not know their models' tensors; the golden cases will tell.
    }
    checkNames("inputs", inputs, Set.copyOf(model.inputs()), true);
    checkNames("outputs", metadata.path("outputs"), Set.of(model.output().name()), false);
    for (JsonNode input : inputs) {
      String name = input.path("name").asText();
      String type = input.path("datatype").asText();
      types.put(name, checkType(name, type, model.readsText() ? TEXT_TYPES : ID_TYPES));
      textInColumns |= model.readsText() && input.path("shape").size() == 2;
    }
    for (JsonNode output : metadata.path("outputs")) {
      if (output.path("name").asText().equals(model.output().name())) {
        checkType(model.output().name(), output.path("datatype").asText(), OUTPUT_TYPES);
      }
    }
  }

  private void checkNames(String what, JsonNode tensors, Set<String> wanted, boolean exactly)
      throws RemoteFailure {
    Set<String> found = new TreeSet<>();
    tensors.forEach(tensor -> found.add(tensor.path("name").asText()));
    if (exactly ? !found.equals(wanted) : !found.containsAll(wanted)) {
      throw new RemoteFailure(
          Blame.REQUEST,
          "%s%s has the %s %s, expected %s as bundle.json says"
              .formatted(server, path, what, found, new TreeSet<>(wanted)));
    }
  }

  private String checkType(String name, String found, Set<String> allowed) throws RemoteFailure {
    if (!allowed.contains(found)) {
      throw new RemoteFailure(
          Blame.REQUEST,
          "%s%s: %s is of type %s, expected one of %s: convert it in the network"
              .formatted(server, path, name, found, new TreeSet<>(allowed)));
    }
    return found;
  }

  @Override
  public double[] logits(List<EncodedText> batch, int paddedLength) throws RemoteFailure {
    int most = rows.isEmpty() ? batch.size() : rows.get(rows.size() - 1);
    double[] logits = new double[batch.size()];
    for (int from = 0; from < logits.length; from += most) {
      List<EncodedText> part = batch.subList(from, Math.min(logits.length, from + most));
      double[] answers = infer(filledUp(part), paddedLength);
      System.arraycopy(answers, 0, logits, from, part.size());
    }
    return logits;
  }

  private List<EncodedText> filledUp(List<EncodedText> part) {
    for (int allowed : rows) {
      if (allowed >= part.size()) {
        List<EncodedText> full = new ArrayList<>(part);
        full.addAll(Collections.nCopies(allowed - part.size(), part.get(0)));
        return full;
      }
    }
    return part;
  }

  private double[] infer(List<EncodedText> batch, int paddedLength) throws RemoteFailure {
    byte[] request =
        Json.write(
            json -> {
              json.writeArrayFieldStart("inputs");
              for (String name : model.inputs()) {
                json.writeStartObject();
                input(json, name, batch, paddedLength);
                json.writeEndObject();
              }
              json.writeEndArray();
              json.writeArrayFieldStart("outputs");
              json.writeStartObject();
              json.writeStringField("name", model.output().name());
              json.writeEndObject();
              json.writeEndArray();
            });
    return read(Json.read(server.post(path + "/infer", request)), batch.size());
  }

  private void input(JsonGenerator json, String name, List<EncodedText> batch, int paddedLength)
      throws IOException {
    json.writeStringField("name", name);
    json.writeArrayFieldStart("shape");
    json.writeNumber(batch.size());
    if (!model.readsText()) {
      json.writeNumber(paddedLength);
    } else if (textInColumns) {
      json.writeNumber(1);
    }
    json.writeEndArray();
    json.writeStringField(
        "datatype", types.getOrDefault(name, model.readsText() ? "BYTES" : "INT64"));
    json.writeArrayFieldStart("data");
    for (EncodedText row : batch) {
      if (model.readsText()) {
        json.writeString(requireNonNull(row.source(), "a text").text());
      } else {
        values(json, name, row, paddedLength);
      }
    }
    json.writeEndArray();
  }

  private void values(JsonGenerator json, String name, EncodedText row, int paddedLength)
      throws IOException {
    long[] segments = row.segments();
    for (int i = 0; i < paddedLength; i++) {
      boolean real = i < row.ids().length;
      json.writeNumber(
          switch (name) {
            case "input_ids" -> real ? row.ids()[i] : padId;
            case "attention_mask" -> real ? 1 : 0;
            default -> real && segments != null ? segments[i] : 0;
          });
    }
  }

  private double[] read(JsonNode answer, int rowsSent) throws RemoteFailure {
    for (JsonNode output : answer.path("outputs")) {
      if (output.path("name").asText().equals(model.output().name())) {
        List<Double> values = new ArrayList<>();
        flatten(output.path("data"), values);
        int columns = model.output().columns();
        if (output.path("shape").path(0).asInt(-1) != rowsSent
            || values.size() != (long) rowsSent * columns) {
          throw new RemoteFailure(
              Blame.UNCLEAR,
              "%s%s gave output %s of shape %s with %d numbers for %d rows, expected [%d, %d]"
                  .formatted(
                      server,
                      path,
                      model.output().name(),
                      output.path("shape"),
                      values.size(),
                      rowsSent,
                      rowsSent,
                      columns));
        }
        double[] logits = new double[rowsSent];
        Arrays.setAll(
            logits, columns == 1 ? values::get : i -> values.get(2 * i + 1) - values.get(2 * i));
        return logits;
      }
    }
    throw new RemoteFailure(
        Blame.UNCLEAR, "%s%s gave no output %s".formatted(server, path, model.output().name()));
  }

  /** Data may be nested as its shape is, or flat. */
  private static void flatten(JsonNode data, List<Double> values) throws RemoteFailure {
    for (JsonNode element : data) {
      if (element.isArray()) {
        flatten(element, values);
      } else {
        values.add(Json.number(element));
      }
    }
  }
}
