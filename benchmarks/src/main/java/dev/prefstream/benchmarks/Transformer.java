package dev.prefstream.benchmarks;

import dev.prefstream.benchmarks.onnx.RandomTransformer;
import dev.prefstream.scorer.bundle.ModelBundle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A transformer of random weights, written when it is first asked for. For one thread. */
final class Transformer {

  private static final List<Shapes.Shape> TYPICAL = List.of(new Shapes.Shape(8, 166));

  private final RandomTransformer form;
  private final Path folder;
  private final ModelBundle tokenizer;
  private @Nullable ModelBundle bundle;
  private double rowsPerSecond;

  Transformer(RandomTransformer form, Path folder, ModelBundle tokenizer) {
    this.form = form;
    this.folder = folder;
    this.tokenizer = tokenizer;
  }

  ModelBundle bundle() throws Exception {
    if (bundle == null) {
      ModelBundle written = form.write(folder, tokenizer);
      Duration probe = Duration.ofSeconds(1);
      rowsPerSecond = RawOnnx.rowsPerSecond(written, TYPICAL, 1, probe.dividedBy(2), probe);
      bundle = written;
    }
    return bundle;
  }

  /** Rows that keep every core busy for about as long. */
  int rows(Duration time) throws Exception {
    bundle();
    double seconds = time.toNanos() / 1e9;
    return (int) Math.max(50, rowsPerSecond * seconds * Runtime.getRuntime().availableProcessors());
  }
}
