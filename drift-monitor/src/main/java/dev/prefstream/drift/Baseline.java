package dev.prefstream.drift;

import dev.prefstream.drift.Packer.Unpacker;
import dev.prefstream.drift.detect.HourOfWeek;
import dev.prefstream.drift.detect.Reference;
import java.util.ArrayList;
import java.util.List;

/**
 * What a segment's scores are compared with.
 *
 * @param reference the scores while all was well, and the charts against them
 * @param provisional whether it is made of fewer predictions than asked for and gives way to one
 *     that is not
 * @param season how scores follow the hour of the week
 * @param noise variance of an hour's mean times its count
 * @param knowsWeek whether the season is of all that comes again with the clock; else it is of the
 *     hours of working days, and of weekends nothing is known
 */
record Baseline(
    Reference reference, boolean provisional, HourOfWeek season, double noise, boolean knowsWeek) {

  /** With the hours of the week. */
  Baseline knowing(HourOfWeek week) {
    return new Baseline(reference, provisional, week, noise, true);
  }

  void pack(Packer to) {
    References.pack(reference, to);
    to.flag(provisional).decimal(noise).flag(knowsWeek).number(season.offsets().size());
    season.offsets().forEach(to::decimal);
  }

  static Baseline unpack(Unpacker from) {
    Reference reference = References.unpack(from);
    boolean provisional = from.flag();
    double noise = from.decimal();
    boolean knowsWeek = from.flag();
    int size = from.integer();
    List<Double> offsets = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      offsets.add(from.decimal());
    }
    return new Baseline(reference, provisional, new HourOfWeek(offsets), noise, knowsWeek);
  }
}
