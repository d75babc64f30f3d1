package dev.prefstream.drift.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The electricity market of New South Wales: M. Harries, "Splice-2 comparative evaluation:
 * electricity pricing" (1999). Its labels have no known drifts, but one date is known: until the
 * market was joined with Victoria's on 2 May 1997 there was no transfer between them, and the
 * column holds one value for 17,424 rows. Runs where the file lies beside the repository.
 */
class Elec2Test {

  private static final Path FILE = Path.of("../../shared/data/drift/elec2.csv");
  private static final int JOINED = 17_424;

  @Test
  void theJoiningOfTheMarketsIsFoundAndNothingBefore() throws IOException {
    assumeThat(FILE).exists();
    List<String> lines = Files.readAllLines(FILE);
    int at = Arrays.asList(lines.get(0).split(",", -1)).indexOf("transfer");
    double[] transfer =
        lines.stream().skip(1).mapToDouble(x -> Double.parseDouble(x.split(",", -1)[at])).toArray();

    assertThat(firstAlarm(transfer, "cusum-mean", 10_000)).isBetween(JOINED, JOINED + 100);
    assertThat(firstAlarm(transfer, "adwin", 0)).isBetween(JOINED, JOINED + 100);
    assertThat(firstAlarm(transfer, "psi", 10_000)).isBetween(JOINED, JOINED + 1000);
  }

  private static int firstAlarm(double[] column, String detector, int reference) {
    int row =
        FileDetection.run(column, new FileDetection.Params(reference, 0, List.of(detector)))
            .alarms()
            .get(0)
            .row();
    System.out.println("elec2, markets joined at 17424: " + detector + " alarms at " + row);
    return row;
  }
}
