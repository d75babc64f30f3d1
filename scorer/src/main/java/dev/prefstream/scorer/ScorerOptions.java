package dev.prefstream.scorer;

import dev.prefstream.runtime.config.Option;
import dev.prefstream.scorer.bundle.RemoteModel;
import dev.prefstream.scorer.model.Task;
import dev.prefstream.scorer.onnx.Provider;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Options of the scoring stage. */
public final class ScorerOptions {

  public static final Option<List<String>> MODELS =
      Option.list(
          "scorer.models",
          "models",
          "Folders of model bundles, or folders whose sub-folders are bundles; one bundle for each task.");

  public static final Option<Provider> PROVIDER =
      Option.choice(
          "scorer.provider",
          Provider.class,
          Provider.CPU,
          "What networks run on; cuda and tensorrt need a build with -Pgpu and an NVIDIA GPU.");

  public static final Option<Integer> DEVICE =
      Option.integer("scorer.device", 0, 0, 1023, "Number of the GPU, as nvidia-smi counts them.");

  public static final Option<Long> DEVICE_MEMORY =
      Option.bytes(
          "scorer.device-memory",
          "0",
          "0",
          "1024GiB",
          "Most GPU memory for a network's arena; 0 takes what is there.");

  public static final Option<Integer> SESSIONS =
      Option.integer(
          "scorer.sessions",
          0,
          0,
          1024,
          "Batches that run at the same time; 0 takes one for each processor core on a CPU, one on a GPU, and at least four where a server has the model. On a CPU more than cores only adds waiting.");

  public static final Option<Integer> TOKENISERS =
      Option.integer(
          "scorer.tokenisers",
          0,
          0,
          1024,
          "Threads that decode and tokenise; 0 takes one for each two processor cores.");

  public static final Option<Boolean> EMBEDDINGS =
      Option.flag(
          "scorer.embeddings",
          false,
          "Whether scores carry the embedding that a bundle names, for drift's mmd; it adds four bytes for each of its numbers to every score.");

  public static final Option<Integer> TOKEN_BUDGET =
      Option.integer(
          "scorer.batch.token-budget",
          0,
          0,
          1 << 24,
          "Most padded tokens in a batch (rows x longest row); larger fills a GPU better and takes its memory and the reader's patience. 0 measures it at start on a CPU and takes 16384 on a GPU or a server.");

  public static final Option<Integer> MAX_ROWS =
      Option.integer("scorer.batch.max-rows", 256, 1, 1 << 16, "Most rows in a batch.");

  public static final Option<Duration> MAX_WAIT =
      Option.duration(
          "scorer.batch.max-wait",
          "5ms",
          "0ms",
          "10s",
          "How long a row waits for company while the device is busy; an idle device takes it at once.");

  public static final Option<Integer> EPOCH_RECORDS =
      Option.integer(
          "scorer.epoch.max-records",
          16_384,
          1,
          1 << 20,
          "Most records committed in one transaction, of which 1,024 at most are polled at once; larger costs less to commit and more to replay.");

  public static final Option<Duration> EPOCH_TIME =
      Option.duration(
          "scorer.epoch.max-time",
          "200ms",
          "1ms",
          "1m",
          "How long a scored record waits for its commit at most, while others are still being scored.");

  public static final Option<Integer> BREAKER_WINDOW =
      Option.integer(
          "scorer.breaker.window",
          1000,
          10,
          1 << 20,
          "Records over which the breaker counts poison.");

  public static final Option<Double> BREAKER_SHARE =
      Option.decimal(
          "scorer.breaker.max-poison-share",
          0.05,
          0.0,
          1.0,
          "Share of poison in the window above which scoring stops instead of writing on dead letters; 1 never stops.");

  public static final Option<Map<String, URI>> REMOTE_ENDPOINTS =
      new Option<>(
          "scorer.remote.endpoints",
          "list",
          "",
          "URL, or task=URL for each task; may be empty",
          "Where servers of remote models are, in place of what their bundles say.",
          ScorerOptions::endpoints);

  public static final Option<Duration> REMOTE_TIMEOUT =
      Option.duration(
          "scorer.remote.timeout",
          "30s",
          "10ms",
          "10m",
          "How long a server may take for one batch, its answer included; longer bears larger batches, and notices later that a server hangs.");

  public static final Option<Duration> REMOTE_START_TIMEOUT =
      Option.duration(
          "scorer.remote.start-timeout",
          "1m",
          "0s",
          "1h",
          "How long the start and a release wait for a server that is not ready yet.");

  public static final Option<Duration> REMOTE_GOLDEN_INTERVAL =
      Option.duration(
          "scorer.remote.golden-interval",
          "1m",
          "1s",
          "1d",
          "How often each session asks a golden case, to notice that a server has another model now; shorter notices sooner and costs a small request.");

  public static final Option<String> REMOTE_TOKEN =
      Option.optionalText(
          "scorer.remote.token",
          "",
          "Where the bearer token for servers is: env:NAME or file:PATH. A file is read for every request, so that it can be replaced. Never the token itself.");

  private ScorerOptions() {}

  private static Map<String, URI> endpoints(String text) {
    Map<String, URI> endpoints = new HashMap<>();
    for (String entry : text.split(",")) {
      String trimmed = entry.strip();
      if (trimmed.isEmpty()) {
        continue;
      }
      int equals = trimmed.indexOf('=');
      String task = equals < 0 ? "" : trimmed.substring(0, equals).strip();
      if (equals >= 0 && Task.named(task).isEmpty()) {
        throw new IllegalArgumentException(
            "must name the task ticket-urgency or response-preference before =");
      }
      URI endpoint = RemoteModel.checkEndpoint(trimmed.substring(equals + 1).strip());
      if (endpoints.put(task, endpoint) != null) {
        throw new IllegalArgumentException("must name each task once");
      }
    }
    return endpoints;
  }

  public static List<Option<?>> all() {
    return List.of(
        MODELS,
        PROVIDER,
        DEVICE,
        DEVICE_MEMORY,
        SESSIONS,
        TOKENISERS,
        EMBEDDINGS,
        TOKEN_BUDGET,
        MAX_ROWS,
        MAX_WAIT,
        EPOCH_RECORDS,
        EPOCH_TIME,
        BREAKER_WINDOW,
        BREAKER_SHARE,
        REMOTE_ENDPOINTS,
        REMOTE_TIMEOUT,
        REMOTE_START_TIMEOUT,
        REMOTE_GOLDEN_INTERVAL,
        REMOTE_TOKEN);
  }
}
