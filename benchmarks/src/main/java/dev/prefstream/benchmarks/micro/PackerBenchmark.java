package dev.prefstream.benchmarks.micro;

import dev.prefstream.scorer.pack.Lane;
import dev.prefstream.scorer.pack.Packer;
import dev.prefstream.scorer.pack.Packing;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** 1,000 rows of lognormal lengths into the packer and out of it in batches; time for one row. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PackerBenchmark {

  private static final int ROWS = 1_000;

  /** Padded tokens in a batch: as on a CPU and as on a GPU. */
  @Param({"2048", "16384"})
  public int budget;

  private final int[] costs =
      new Random(1)
          .doubles(ROWS)
          .map(share -> Math.exp(4.845 + 0.731 * Math.sqrt(2) * (2 * share - 1)))
          .mapToInt(length -> (int) Math.max(3, Math.min(512, length)))
          .toArray();

  private final Lane lane =
      new Lane() {
        @Override
        public int priority() {
          return 0;
        }

        @Override
        public int paddedLength(int cost) {
          return cost;
        }
      };

  @Benchmark
  @OperationsPerInvocation(ROWS)
  public long packsARow() {
    Packer<Integer> packer = new Packer<>(new Packing(budget, 256, 5_000_000, 16, 4, 4));
    for (int row = 0; row < ROWS; row++) {
      packer.add(lane, row, costs[row], row);
    }
    long padded = 0;
    while (packer.rows() > 0) {
      padded += packer.next(ROWS, true).orElseThrow().paddedTokens();
    }
    return padded;
  }
}
