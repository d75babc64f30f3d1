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
final class Rows<T extends Rows.Row> {

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

  /** A row ready to be scored. */
  interface Row {

    /** Told apart from every other row's. */
    String id();

    /** What people say of it; equal where they say the same. */
    Object verdict();
  }

  /** Takes rows in chunks. */
  interface Taker<T> {

    /** Returns the places of those for which the model gave a number that is not finite. */
    List<Integer> take(List<T> chunk);
  }

  private record Numbered<T>(long line, T row) {}

  /**
   * Gives all rows in chunks, or the sample that the arguments ask for, with a bar on a terminal.
   *
   * @param judged how many rows have been through
   * @throws CommandFailure when no row can be used, or none falls into the sample
   */
  Reading judge(EvaluationArguments arguments, Taker<T> taker, IntSupplier judged) {
    if (arguments.sample > 0) {
      draw(arguments.sample, arguments.shares(), arguments.seed);
    }
    try (Progress progress = Progress.of(file, System.console() != null)) {
      return forEachChunk(
          chunk -> {
            List<Integer> unjudged = taker.take(chunk);
            progress.at(file.read(), judged.getAsInt());
            return unjudged;
          });
    }
  }

  /** Draws the sample that {@link #forEachChunk} will take. Reads the file once. */
  private void draw(int size, Map<Stratum, Double> shares, long seed) {
    Reading reading = new Reading(file, required);
    read(reading, row -> {}, position -> true);
    reading.requireRows();
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
  private Reading forEachChunk(Taker<T> taker) {
    Reading reading = new Reading(file, required);
    List<Numbered<T>> chunk = new ArrayList<>();
    StratifiedSample<Stratum> drawn = sample;
    read(
        reading,
        row -> {
          chunk.add(row);
          if (chunk.size() == CHUNK) {
            give(chunk, taker, reading);
          }
        },
        position -> drawn == null || drawn.holds(position));
    if (!chunk.isEmpty()) {
      give(chunk, taker, reading);
    }
    reading.requireRows();
    return reading;
  }

  private void give(List<Numbered<T>> chunk, Taker<T> taker, Reading reading) {
    List<T> rows = chunk.stream().map(Numbered::row).toList();
    taker.take(rows).forEach(place -> reading.unjudged(chunk.get(place).line()));
    chunk.clear();
  }

  private void read(Reading reading, Consumer<Numbered<T>> good, IntPredicate taken) {
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
            reading.repeatedIds().take(line, row.id(), row.verdict());
            strata.add(stratum);
            if (taken.test(strata.size() - 1)) {
              good.accept(new Numbered<>(line, row));
            }
          }

          @Override
          public void broken(long line, String reason) {
            reading.broken(line, reason);
          }
        });
  }
}
