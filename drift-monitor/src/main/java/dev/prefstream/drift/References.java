package dev.prefstream.drift;

import dev.prefstream.drift.Packer.Unpacker;
import dev.prefstream.drift.detect.Adwin;
import dev.prefstream.drift.detect.Composition;
import dev.prefstream.drift.detect.Cusum;
import dev.prefstream.drift.detect.EmbeddingCycle;
import dev.prefstream.drift.detect.HourOfWeek;
import dev.prefstream.drift.detect.HourlyScores;
import dev.prefstream.drift.detect.HourlyVolume;
import dev.prefstream.drift.detect.HoursSeen;
import dev.prefstream.drift.detect.MeanDiscrepancy;
import dev.prefstream.drift.detect.Reference;
import dev.prefstream.drift.detect.ScoreGrid;
import dev.prefstream.drift.detect.ShapeScores;
import dev.prefstream.drift.detect.SignalChart;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How the pure parts of a segment's state are packed for the store. */
final class References {

  private References() {}

  static void pack(Reference reference, Packer to) {
    to.number(reference.count())
        .decimal(reference.mean())
        .decimal(reference.sd())
        .decimal(reference.squareMean())
        .decimal(reference.squareSd());
    pack(reference.meanChart(), to);
    pack(reference.dispersionChart(), to);
    pack(reference.shape(), to);
    pack(reference.thirdChart(), to);
    pack(reference.fourthChart(), to);
    to.number(reference.window()).decimal(reference.distance()).decimal(reference.stability());
  }

  static Reference unpack(Unpacker from) {
    return new Reference(
        from.number(),
        from.decimal(),
        from.decimal(),
        from.decimal(),
        from.decimal(),
        chart(from),
        chart(from),
        shape(from),
        chart(from),
        chart(from),
        from.integer(),
        from.decimal(),
        from.decimal());
  }

  private static void pack(ShapeScores shape, Packer to) {
    to.number(shape.knots().size());
    shape.knots().forEach(to::decimal);
    to.decimal(shape.thirdMean())
        .decimal(shape.thirdSd())
        .decimal(shape.fourthMean())
        .decimal(shape.fourthSd());
  }

  private static ShapeScores shape(Unpacker from) {
    int size = from.integer();
    List<Double> knots = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      knots.add(from.decimal());
    }
    return new ShapeScores(knots, from.decimal(), from.decimal(), from.decimal(), from.decimal());
  }

  static byte[] packed(ScoreGrid grid) {
    Packer to = new Packer();
    for (long count : grid.counts()) {
      to.number(count);
    }
    return to.packed();
  }

  static ScoreGrid grid(byte[] bytes) {
    Unpacker from = new Unpacker(bytes);
    long[] counts = new long[ScoreGrid.BINS];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = from.number();
    }
    return new ScoreGrid(counts);
  }

  static byte[] packed(Adwin adwin) {
    List<Adwin.Bucket> buckets = adwin.buckets();
    Packer to = new Packer().number(adwin.ticks()).number(buckets.size());
    for (Adwin.Bucket bucket : buckets) {
      to.number(bucket.count()).decimal(bucket.sum()).decimal(bucket.squares());
    }
    return to.packed();
  }

  static Adwin adwin(Adwin.Params params, byte[] bytes) {
    Unpacker from = new Unpacker(bytes);
    long ticks = from.number();
    int size = from.integer();
    List<Adwin.Bucket> buckets = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      buckets.add(new Adwin.Bucket(from.number(), from.decimal(), from.decimal()));
    }
    return Adwin.of(params, buckets, ticks);
  }

  static byte[] packed(HourlyVolume volume) {
    Packer to = new Packer().number(volume.hours()).decimal(volume.overall());
    double[] means = volume.means();
    int[] weeks = volume.weeks();
    for (int i = 0; i < HourlyVolume.HOURS; i++) {
      to.number(weeks[i]);
      if (weeks[i] > 0) {
        to.decimal(means[i]);
      }
    }
    return to.packed();
  }

  static HourlyVolume volume(byte[] bytes) {
    Unpacker from = new Unpacker(bytes);
    long hours = from.number();
    double overall = from.decimal();
    double[] means = new double[HourlyVolume.HOURS];
    int[] weeks = new int[HourlyVolume.HOURS];
    for (int i = 0; i < HourlyVolume.HOURS; i++) {
      weeks[i] = from.integer();
      means[i] = weeks[i] > 0 ? from.decimal() : 0;
    }
    return new HourlyVolume(means, weeks, overall, hours);
  }

  static byte[] packed(HourlyScores hours) {
    Packer to = new Packer().number(hours.seen().first());
    for (HourlyScores.Slot slot : hours.slots()) {
      to.number(slot.count());
      if (slot.count() > 0) {
        to.decimal(slot.sum())
            .number(slot.means().count())
            .decimal(slot.means().mean())
            .decimal(slot.means().squares());
      }
    }
    return to.packed();
  }

  static HourlyScores hours(byte[] bytes) {
    Unpacker from = new Unpacker(bytes);
    HoursSeen seen = new HoursSeen(from.number());
    HourlyScores.Slot[] slots = new HourlyScores.Slot[HourlyVolume.HOURS];
    for (int i = 0; i < slots.length; i++) {
      long count = from.number();
      slots[i] =
          count == 0
              ? HourlyScores.Slot.EMPTY
              : new HourlyScores.Slot(
                  count,
                  from.decimal(),
                  new SignalChart.Moments(from.number(), from.decimal(), from.decimal()));
    }
    return new HourlyScores(seen, slots);
  }

  static byte[] packed(Composition composition) {
    Packer to = new Packer().number(composition.parts().size());
    composition
        .parts()
        .forEach(
            (name, part) ->
                to.text(name)
                    .decimal(part.before())
                    .decimal(part.beforeSum())
                    .number(part.last())
                    .decimal(part.lastSum())
                    .number(part.now())
                    .decimal(part.nowSum()));
    return to.packed();
  }

  static Composition composition(byte[] bytes) {
    Unpacker from = new Unpacker(bytes);
    int size = from.integer();
    Map<String, Composition.Part> parts = new TreeMap<>();
    for (int i = 0; i < size; i++) {
      parts.put(
          from.text(),
          new Composition.Part(
              from.decimal(),
              from.decimal(),
              from.number(),
              from.decimal(),
              from.number(),
              from.decimal()));
    }
    return new Composition(parts);
  }

  static void pack(MeanDiscrepancy.Params discrepancy, Packer to) {
    to.number(discrepancy.window()).decimal(discrepancy.threshold());
    discrepancy.mean().forEach(to::decimal);
    to.number(discrepancy.cycle().parts().size());
    for (EmbeddingCycle.Part part : discrepancy.cycle().parts()) {
      part.direction().forEach(x -> to.single(x.floatValue()));
      List<Double> once = part.season().once();
      to.number(once.size());
      once.forEach(x -> to.single(x.floatValue()));
    }
  }

  static MeanDiscrepancy.Params discrepancy(Unpacker from) {
    int window = from.integer();
    double threshold = from.decimal();
    List<Double> mean = new ArrayList<>(MeanDiscrepancy.FEATURES);
    for (int i = 0; i < MeanDiscrepancy.FEATURES; i++) {
      mean.add(from.decimal());
    }
    int size = from.integer();
    List<EmbeddingCycle.Part> parts = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      List<Double> direction = singles(from, MeanDiscrepancy.FEATURES);
      parts.add(
          new EmbeddingCycle.Part(direction, HourOfWeek.again(singles(from, from.integer()))));
    }
    return new MeanDiscrepancy.Params(new EmbeddingCycle(parts), mean, window, threshold);
  }

  private static List<Double> singles(Unpacker from, int count) {
    List<Double> numbers = new ArrayList<>(count);
    for (float number : from.singles(count)) {
      numbers.add((double) number);
    }
    return numbers;
  }

  private static void pack(Cusum.Params chart, Packer to) {
    to.decimal(chart.k()).decimal(chart.up()).decimal(chart.down());
  }

  private static Cusum.Params chart(Unpacker from) {
    return new Cusum.Params(from.decimal(), from.decimal(), from.decimal());
  }
}
