package dev.prefstream.cli.evaluate;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A bar on a terminal that says how far into the file the evaluation is; else nothing. */
final class Progress implements AutoCloseable {

  private static final int UPDATE_MILLIS = 200;

  private final @Nullable ProgressBar bar;

  private Progress(@Nullable ProgressBar bar) {
    this.bar = bar;
  }

  static Progress of(RowFile file, boolean terminal) {
    return new Progress(
        terminal
            ? new ProgressBarBuilder()
                .setTaskName("scoring")
                .setInitialMax(file.size())
                .setStyle(ProgressBarStyle.ASCII)
                .setUnit(" KiB", 1024)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .build()
            : null);
  }

  void at(long bytes, long rows) {
    if (bar != null) {
      bar.stepTo(bytes);
      bar.setExtraMessage(Words.count(rows) + " rows");
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
