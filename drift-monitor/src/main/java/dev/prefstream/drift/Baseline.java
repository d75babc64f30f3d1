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
 * @param knowsWeek whether the season is of all that comes again with the clock; else it is of the
 *     hours of working days, and of weekends nothing is known
 */
record Baseline(Reference reference, boolean provisional, HourOfWeek season, boolean knowsWeek) {

  /**
   * With the hours of the week, and thresholds for what is known of them.
   *
   * @param newer learnt of what these leave of scores
   */
  Baseline knowing(HourOfWeek week, Reference newer) {
    return new Baseline(reference.withThresholdsOf(newer), provisional, week, true);
  }

  void pack(Packer to) {
    References.pack(reference, to);
    to.flag(provisional).flag(knowsWeek).number(season.offsets().size());
    season.offsets().forEach(to::decimal);
  }

  static Baseline unpack(Unpacker from) {
    Reference reference = References.unpack(from);
    boolean provisional = from.flag();
    boolean knowsWeek = from.flag();
    int size = from.integer();
    List<Double> offsets = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      offsets.add(from.decimal());
    }
    return new Baseline(reference, provisional, new HourOfWeek(offsets), knowsWeek);
  }
}
