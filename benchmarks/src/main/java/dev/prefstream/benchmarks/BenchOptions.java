package dev.prefstream.benchmarks;

import dev.prefstream.scorer.onnx.Execution;
import dev.prefstream.scorer.onnx.Provider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the bench and the processes of its arms must agree on. */
final class BenchOptions {

  @Option(
      names = "--quick",
      description = "Seconds in place of minutes, one round: to see that all runs.")
  boolean quick;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of the tickets' texts (default: ${DEFAULT-VALUE}).")
  long seed = 7;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description =
          "For the arm gpu: folder of a model bundle. Without it a transformer of 105 million random weights in fp16 is made on the spot.")
  @Nullable Path model;

  @Option(
      names = "--provider",
      paramLabel = "NAME",
      description = "For the arm gpu: cpu, cuda or tensorrt (default: cuda).")
  String provider = "cuda";

  @Option(
      names = "--device",
      paramLabel = "N",
      description = "For the arm gpu: number of the GPU (default: ${DEFAULT-VALUE}).")
  int device;

  @Option(
      names = "--soak-minutes",
      paramLabel = "N",
      description = "For the arm soak: when memory is looked at (default: ${DEFAULT-VALUE}).")
  String soakMinutes = "1,10,30";

  Scale scale() {
    return quick ? Scale.quick() : Scale.full();
  }

  /** Folder of the project. */
  Path home() {
    return Path.of(System.getProperty("prefstream.home", "")).toAbsolutePath();
  }

  Execution execution() {
    return new Execution(Provider.valueOf(provider.toUpperCase(Locale.ROOT)), device, 0);
  }

  /** Rising minutes. */
  List<Integer> soakMinutes() {
    return Arrays.stream(soakMinutes.split(",")).map(Integer::valueOf).sorted().toList();
  }

  /** As arguments again. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    if (quick) {
      arguments.add("--quick");
    }
    if (model != null) {
      arguments.addAll(List.of("--model", model.toAbsolutePath().toString()));
    }
    arguments.addAll(List.of("--seed", Long.toString(seed), "--provider", provider));
    arguments.addAll(List.of("--device", Integer.toString(device)));
    arguments.addAll(List.of("--soak-minutes", soakMinutes));
    return arguments;
  }
}
