package dev.prefstream.cli.evaluate;

import dev.prefstream.cli.CommandFailure;
import dev.prefstream.cli.ExitCode;
import dev.prefstream.cli.evaluate.statistics.StratifiedSample;
import dev.prefstream.cli.publish.Fields;
import dev.prefstream.runtime.failure.PoisonException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a file that an evaluation takes: all that can be used, or a stratified sample of
 * them. Holds a chunk of rows at a time, so that the size of a file does not matter.
 *
 * @param <T> a row ready to be scored
 */
final class Rows<T> {

  private static final int CHUNK = 256;

  private final RowFile file;
  private final List<List<String>> required;
  private final BiFunction<Fields, Stratum, T> form;
  private final Function<Fields, String> text;
  private final List<Stratum> strata = new ArrayList<>();
  private @Nullable StratifiedSample<Stratum> sample;

  /**
   * @param required columns of which each row needs one of every list
   * @param text of a row, by which it is told whether it is technical
   * @param form makes the row; throws {@link PoisonException} when it cannot be used
   */
  Rows(
      RowFile file,
      List<List<String>> required,
      Function<Fields, String> text,
      BiFunction<Fields, Stratum, T> form) {
    this.file = file;
    this.required = required;
    this.text = text;
    this.form = form;
  }

  /**
   * Gives all rows in chunks, or the sample that the arguments ask for, with a bar on a terminal.
   *
   * @param judged how many rows have been through
   * @throws CommandFailure when no row can be used, or none falls into the sample
   */
  Reading judge(EvaluationArguments arguments, Consumer<List<T>> take, IntSupplier judged) {
    if (arguments.sample > 0) {
      draw(arguments.sample, arguments.shares(), arguments.seed);
    }
    try (Progress progress = Progress.of(file, System.console() != null)) {
      return forEachChunk(
          chunk -> {
            take.accept(chunk);
            progress.at(file.read(), judged.getAsInt());
          });
    }
  }

  /** Draws the sample that {@link #forEachChunk} will take. Reads the file once. */
  private void draw(int size, Map<Stratum, Double> shares, long seed) {
    read(row -> {}, position -> true).requireRows();
    StratifiedSample<Stratum> drawn =
        StratifiedSample.draw(Stratum.class, strata, size, shares, seed);
    if (drawn.size() == 0) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "%s: the sample is empty (found %s): choose other --strata or a larger --sample"
              .formatted(
                  file.path(),
                  drawn.strata().entrySet().stream()
                      .map(entry -> entry.getValue().available() + " " + entry.getKey().word())
                      .collect(Collectors.joining(", "))));
    }
    sample = drawn;
  }

  /** What was drawn; null for all rows. */
  @Nullable StratifiedSample<Stratum> sample() {
    return sample;
  }

  /** Gives the rows in chunks, in the order of the file. */
  private Reading forEachChunk(Consumer<List<T>> take) {
    List<T> chunk = new ArrayList<>();
    StratifiedSample<Stratum> drawn = sample;
    Reading reading =
        read(
            row -> {
              chunk.add(row);
              if (chunk.size() == CHUNK) {
                take.accept(List.copyOf(chunk));
                chunk.clear();
              }
            },
            position -> drawn == null || drawn.holds(position));
    if (!chunk.isEmpty()) {
      take.accept(chunk);
    }
    reading.requireRows();
    return reading;
  }

  private Reading read(Consumer<T> good, IntPredicate taken) {
    Reading reading = new Reading(file, required);
    strata.clear();
    file.forEach(
        new RowFile.Reader() {
          @Override
          public void row(long line, Fields fields) {
            reading.parsed(fields);
            reading.requireColumns(fields);
            Stratum stratum = Stratum.of(fields, text.apply(fields));
            T row = form.apply(fields, stratum);
            reading.good();
            strata.add(stratum);
            if (taken.test(strata.size() - 1)) {
              good.accept(row);
            }
          }

          @Override
          public void broken(long line, String reason) {
            reading.broken(line, reason);
          }
        });
    return reading;
  }
}
