package dev.prefstream.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import picocli.CommandLine.ParseResult;

class BenchTest {

  @Test
  void anArmMayBeNamedLikeACommand() {
    ParseResult arms = Bench.commandLine().parseArgs("--only", "drift", "--rounds", "1");

    assertThat(arms.<Iterable<String>>matchedOptionValue("only", null)).containsExactly("drift");
    assertThat(arms.hasSubcommand()).isFalse();
  }

  @Test
  void theCommandStaysOne() {
    assertThat(Bench.commandLine().parseArgs("drift").hasSubcommand()).isTrue();
  }
}
