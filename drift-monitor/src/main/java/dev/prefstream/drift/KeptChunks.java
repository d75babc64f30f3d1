package dev.prefstream.drift;

import dev.prefstream.drift.Packer.Unpacker;
import dev.prefstream.drift.detect.HourlyVolume;
import dev.prefstream.drift.detect.HoursSeen;
import dev.prefstream.drift.detect.Weekend;

/**
 * Which chunks of embeddings are kept to learn a reference from: so many of each hour that all
 * hours of what comes again are among them, those of weekends apart until two weeks were seen.
 * Immutable.
 *
 * @param seen since when chunks come
 * @param kept chunks that are kept
 * @param ofWorkingDays of these, the ones that came on working days
 * @param came chunks that came while there was room
 * @param cameOnWorkingDays of these, the ones that came on working days
 * @param hour of the newest chunk
 * @param ofTheHour chunks that were kept of it
 */
record KeptChunks(
    HoursSeen seen,
    int kept,
    int ofWorkingDays,
    int came,
    int cameOnWorkingDays,
    long hour,
    int ofTheHour) {

  static final KeptChunks NONE = new KeptChunks(HoursSeen.NONE, 0, 0, 0, 0, 0, 0);

  /**
   * Whether a chunk is to be kept. The chunks of an hour are spread over it, since a cycle moves on
   * within the hour.
   *
   * @param time of the chunk, in milliseconds
   * @param again whether there is a full reference, and the hours of the week are missing
   */
  boolean takes(DriftOptions options, long time, boolean again) {
    long now = HourlyVolume.hour(time);
    int all = options.embeddingReference();
    boolean weekend = options.seasonality() == Seasonality.DAY && Weekend.contains(now);
    Seasonality cycle = weekend || again ? Seasonality.WEEK : options.seasonality();
    if (cycle == Seasonality.NONE) {
      return hasRoom(options, now, again);
    }
    int most = cycle.ofAnHour(all);
    int before = now == hour ? ofTheHour : 0;
    double passed = (double) (time - now * HourlyVolume.HOUR) / HourlyVolume.HOUR;
    return hasRoom(options, now, again) && before < most && passed >= (before + 0.5) / most;
  }

  private boolean hasRoom(DriftOptions options, long now, boolean again) {
    int all = options.embeddingReference();
    boolean week = showsWeek(options, now);
    boolean ofWeek = again || Weekend.contains(now) || ofWorkingDays < all;
    return week ? !again && kept < all : ofWeek;
  }

  /** With one more chunk, as {@link #takes} says. */
  KeptChunks plus(DriftOptions options, long time, boolean again) {
    long now = HourlyVolume.hour(time);
    int taken = takes(options, time, again) ? 1 : 0;
    int room = hasRoom(options, now, again) ? 1 : 0;
    int working = Weekend.contains(now) ? 0 : 1;
    return new KeptChunks(
        seen.with(now),
        kept + taken,
        ofWorkingDays + working * taken,
        came + room,
        cameOnWorkingDays + working * room,
        now,
        (now == hour ? ofTheHour : 0) + taken);
  }

  /** Passes over what came since the newest chunk, as in an incident. */
  KeptChunks passing(long now) {
    long passed = kept == 0 ? 0 : now - hour;
    return new KeptChunks(
        seen.without(passed), kept, ofWorkingDays, came, cameOnWorkingDays, now, ofTheHour);
  }

  /** Whether hours of the week can be told apart; nothing asks, where nothing comes again. */
  boolean showsWeek(DriftOptions options, long now) {
    return options.seasonality().showsWeek(seen, now);
  }

  /** Whether a reference can be learnt of so many: of working days, or of all once a week shows. */
  boolean suffices(DriftOptions options, long now, int chunks) {
    return showsWeek(options, now)
        ? kept >= chunks
        : ofWorkingDays >= chunks && options.seasonality().shows(seen, now);
  }

  /**
   * Which part of all chunks is kept.
   *
   * @param week of all hours of the week, else of those of working days
   */
  double part(boolean week) {
    return week ? (double) kept / came : (double) ofWorkingDays / cameOnWorkingDays;
  }

  void pack(Packer to) {
    to.number(seen.first())
        .number(kept)
        .number(ofWorkingDays)
        .number(came)
        .number(cameOnWorkingDays)
        .number(hour)
        .number(ofTheHour);
  }

  static KeptChunks unpack(Unpacker from) {
    return new KeptChunks(
        new HoursSeen(from.number()),
        from.integer(),
        from.integer(),
        from.integer(),
        from.integer(),
        from.number(),
        from.integer());
  }
}
