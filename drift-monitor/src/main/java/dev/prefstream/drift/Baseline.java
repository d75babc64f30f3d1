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
 * @param from number, in the present statistics, of the last prediction before its charts begin
 */
record Baseline(Reference reference, boolean provisional, HourOfWeek season, long from) {

  void pack(Packer to) {
    References.pack(reference, to);
    to.flag(provisional).number(from).number(season.offsets().size());
    season.offsets().forEach(to::decimal);
  }

  static Baseline unpack(Unpacker from) {
    Reference reference = References.unpack(from);
    boolean provisional = from.flag();
    long last = from.number();
    int size = from.integer();
    List<Double> offsets = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      offsets.add(from.decimal());
    }
    return new Baseline(reference, provisional, new HourOfWeek(offsets), last);
  }
}
