package dev.prefstream.benchmarks;

import java.util.Collection;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * JMH on packer, tokeniser and serdes: mean time of an operation and half the width of its 99.9 %
 * confidence interval, over the iterations of two forks.
 */
final class JmhArm implements Arm {

  @Override
  public String name() {
    return "jmh";
  }

  @Override
  public Turn turn() {
    return Turn.FIRST_ROUND;
  }

  @Override
  public void run(Round round) throws Exception {
    TimeValue time = TimeValue.milliseconds(Math.max(100, round.scale().step().toMillis() / 13));
    Options options =
        new OptionsBuilder()
            .include("dev.prefstream.benchmarks.micro")
            .shouldFailOnError(true)
            .forks(2)
            .warmupIterations(3)
            .warmupTime(time)
            .measurementIterations(5)
            .measurementTime(time)
            .build();
    Collection<RunResult> results = new Runner(options).run();
    for (RunResult run : results) {
      Result<?> result = run.getPrimaryResult();
      String budget = run.getParams().getParam("budget");
      String name = "jmh." + result.getLabel() + (budget == null ? "" : "-" + budget);
      round.record(name, "ns/op", result.getScore());
      round.record(name + "-error", "ns/op, half of the 99.9 % interval", result.getScoreError());
    }
  }
}
