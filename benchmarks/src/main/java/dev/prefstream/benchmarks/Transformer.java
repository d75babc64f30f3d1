package dev.prefstream.benchmarks;

import dev.prefstream.benchmarks.onnx.RandomTransformer;
import dev.prefstream.scorer.bundle.ModelBundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A transformer of random weights, written when it is first asked for, for every arm of a run. */
final class Transformer {

  private static final List<Shapes.Shape> TYPICAL = List.of(new Shapes.Shape(8, 166));

  private final RandomTransformer form;
  private final Path folder;
  private final ModelBundle tokenizer;
  private @Nullable ModelBundle bundle;

  Transformer(RandomTransformer form, Path folder, ModelBundle tokenizer) {
    this.form = form;
    this.folder = folder;
    this.tokenizer = tokenizer;
  }

  ModelBundle bundle() throws Exception {
    if (bundle == null) {
      bundle =
          Files.exists(folder.resolve("bundle.json"))
              ? ModelBundle.load(folder)
              : form.write(folder, tokenizer);
    }
    return bundle;
  }

  /** Of one core. Asked once in a run, so that every round drains as many rows. */
  private double rowsPerSecond() throws Exception {
    Path known = folder.resolveSibling(folder.getFileName() + ".rate");
    if (!Files.exists(known)) {
      Duration probe = Duration.ofSeconds(1);
      double found = RawOnnx.rowsPerSecond(bundle(), TYPICAL, 1, probe.dividedBy(2), probe);
      Files.writeString(known, Double.toString(found));
    }
    return Double.parseDouble(Files.readString(known));
  }

  /** Rows that keep every core busy for about as long. */
  int rows(Duration time) throws Exception {
    double rowsPerSecond = rowsPerSecond();
    double seconds = time.toNanos() / 1e9;
    return (int) Math.max(50, rowsPerSecond * seconds * Runtime.getRuntime().availableProcessors());
  }
}
