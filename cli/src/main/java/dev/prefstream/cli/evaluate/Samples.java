package dev.prefstream.cli.evaluate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.cli.evaluate.statistics.StratifiedSample;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says what a stratified sample holds, and which strata could not fill their share. */
final class Samples {

  private Samples() {}

  static void tell(
      @Nullable StratifiedSample<Stratum> sample,
      ObjectNode report,
      StringBuilder text,
      long seed) {
    if (sample == null) {
      return;
    }
    report.set("sample", ReportJson.sample(sample, seed));
    text.append("sample of ")
        .append(sample.size())
        .append(": ")
        .append(
            sample.strata().entrySet().stream()
                .map(
                    entry ->
                        "%d %s%s"
                            .formatted(
                                entry.getValue().taken(),
                                entry.getKey().word(),
                                entry.getValue().taken() < entry.getValue().wanted()
                                    ? " (wanted %d: there are no more)"
                                        .formatted(entry.getValue().wanted())
                                    : ""))
                .collect(Collectors.joining(", ")))
        .append('\n');
  }
}
