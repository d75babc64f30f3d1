package dev.prefstream.scorer;

import dev.prefstream.runtime.config.Option;
import dev.prefstream.scorer.onnx.Provider;
import java.time.Duration;
import java.util.List;

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
          "Batches that run at the same time; 0 takes one for each processor core on a CPU, else one. On a CPU more than cores only adds waiting.");

  public static final Option<Integer> TOKENISERS =
      Option.integer(
          "scorer.tokenisers",
          0,
          0,
          1024,
          "Threads that decode and tokenise; 0 takes one for each two processor cores.");

  public static final Option<Integer> TOKEN_BUDGET =
      Option.integer(
          "scorer.batch.token-budget",
          0,
          0,
          1 << 24,
          "Most padded tokens in a batch (rows x longest row); larger fills a GPU better and takes its memory and the reader's patience. 0 measures it at start on a CPU and takes 16384 on a GPU.");

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
          1024,
          1,
          1 << 20,
          "Most records polled at once and committed in one transaction; larger costs less to commit and more to replay.");

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

  private ScorerOptions() {}

  public static List<Option<?>> all() {
    return List.of(
        MODELS,
        PROVIDER,
        DEVICE,
        DEVICE_MEMORY,
        SESSIONS,
        TOKENISERS,
        TOKEN_BUDGET,
        MAX_ROWS,
        MAX_WAIT,
        EPOCH_RECORDS,
        EPOCH_TIME,
        BREAKER_WINDOW,
        BREAKER_SHARE);
  }
}
