package dev.prefstream.drift;

import dev.prefstream.drift.Packer.Unpacker;
import dev.prefstream.drift.detect.Cusum;
import dev.prefstream.drift.detect.HourlyVolume;
import dev.prefstream.drift.detect.Reference.Charts;

/**
 * What one more prediction changes in a segment's state; rewritten with each batch, about 250
 * bytes.
 *
 * @param total predictions seen in the segment since the monitor began with it
 * @param observed of these, the ones in the present statistics, which begin anew with a model
 * @param sum sum of the last window's scores, in score units
 * @param eventTime highest event time seen, in milliseconds
 * @param stragglers predictions of the model before since the last one of the present model
 * @param lastAlarm value of {@code observed} when the rule was last broken; 0 for never
 * @param charts the calibrated charts; new ones while there is no reference
 * @param hour the hour, from the epoch, of the highest event time
 * @param hourly predictions since that hour began; negative in the first, which may be a part
 * @param hourScores scores of that hour that a reference is learnt from, those that are not late
 * @param hourSum their sum, in score units
 * @param hot the newest predictions, not yet a full chunk
 */
record Running(
    long total,
    long observed,
    long sum,
    long eventTime,
    int stragglers,
    long lastAlarm,
    Charts charts,
    long hour,
    long hourly,
    long hourScores,
    long hourSum,
    Chunk hot) {

  /** Stands for an hour whose beginning was not seen. */
  static final long PART = -1;

  /** Statistics that begin now, in a segment that has seen {@code total} predictions. */
  static Running begin(long total, long eventTime) {
    return new Running(
        total,
        0,
        0,
        eventTime,
        0,
        0,
        Charts.NEW,
        HourlyVolume.hour(eventTime),
        PART,
        0,
        0,
        Chunk.EMPTY);
  }

  /** New statistics in the same segment; its traffic goes on. */
  Running anew() {
    return new Running(total, 0, 0, eventTime, 0, 0, Charts.NEW, hour, hourly, 0, 0, Chunk.EMPTY);
  }

  /** With one more prediction in the hour that runs. */
  Running counted() {
    return in(hour, hourly == PART ? PART : hourly + 1);
  }

  /** In another hour. */
  Running in(long newHour, long count) {
    return new Running(
        total,
        observed,
        sum,
        eventTime,
        stragglers,
        lastAlarm,
        charts,
        newHour,
        count,
        newHour == hour ? hourScores : 0,
        newHour == hour ? hourSum : 0,
        hot);
  }

  /** With one more score of the hour to learn from. */
  Running withHourly(long score) {
    return withHourly(hourScores + 1, hourSum + score);
  }

  /** With no score of the hour to learn from so far. */
  Running withoutHourly() {
    return withHourly(0, 0);
  }

  private Running withHourly(long scores, long newSum) {
    return new Running(
        total,
        observed,
        sum,
        eventTime,
        stragglers,
        lastAlarm,
        charts,
        hour,
        hourly,
        scores,
        newSum,
        hot);
  }

  /** With one more prediction, whose window sums to {@code newSum}. */
  Running plus(String ticketId, long score, long time, long newSum) {
    return new Running(
        total + 1,
        observed + 1,
        newSum,
        Math.max(eventTime, time),
        0,
        lastAlarm,
        charts,
        hour,
        hourly,
        hourScores,
        hourSum,
        hot.plus(ticketId, score, time));
  }

  /** With the newest chunk put away. */
  Running sealed() {
    return new Running(
        total,
        observed,
        sum,
        eventTime,
        stragglers,
        lastAlarm,
        charts,
        hour,
        hourly,
        hourScores,
        hourSum,
        Chunk.EMPTY);
  }

  /** With an alarm at the newest prediction, after which the charts begin anew. */
  Running alarmed() {
    return new Running(
        total,
        observed,
        sum,
        eventTime,
        stragglers,
        observed,
        Charts.NEW,
        hour,
        hourly,
        hourScores,
        hourSum,
        hot);
  }

  /** With charts that begin anew, as against another reference. */
  Running withoutCharts() {
    return with(Charts.NEW);
  }

  Running with(Charts newCharts) {
    return new Running(
        total,
        observed,
        sum,
        eventTime,
        stragglers,
        lastAlarm,
        newCharts,
        hour,
        hourly,
        hourScores,
        hourSum,
        hot);
  }

  /** With one more prediction of the model before, passed over. */
  Running straggler(long time) {
    return new Running(
        total + 1,
        observed,
        sum,
        Math.max(eventTime, time),
        stragglers + 1,
        lastAlarm,
        charts,
        hour,
        hourly,
        hourScores,
        hourSum,
        hot);
  }

  byte[] packed() {
    Packer to =
        new Packer()
            .number(total)
            .number(observed)
            .number(sum)
            .number(eventTime)
            .number(stragglers)
            .number(lastAlarm)
            .number(hour)
            .number(hourly)
            .number(hourScores)
            .number(hourSum);
    to.flag(!charts.equals(Charts.NEW));
    if (!charts.equals(Charts.NEW)) {
      pack(charts.mean(), to);
      pack(charts.dispersion(), to);
      pack(charts.third(), to);
      pack(charts.fourth(), to);
    }
    hot.pack(to);
    return to.packed();
  }

  static Running unpacked(byte[] bytes) {
    Unpacker from = new Unpacker(bytes);
    long total = from.number();
    long observed = from.number();
    long sum = from.number();
    long eventTime = from.number();
    int stragglers = from.integer();
    long lastAlarm = from.number();
    long hour = from.number();
    long hourly = from.number();
    long hourScores = from.number();
    long hourSum = from.number();
    return new Running(
        total,
        observed,
        sum,
        eventTime,
        stragglers,
        lastAlarm,
        from.flag() ? new Charts(chart(from), chart(from), chart(from), chart(from)) : Charts.NEW,
        hour,
        hourly,
        hourScores,
        hourSum,
        Chunk.unpack(from));
  }

  private static void pack(Cusum.State chart, Packer to) {
    to.decimal(chart.up()).decimal(chart.down()).number(chart.upSince()).number(chart.downSince());
  }

  private static Cusum.State chart(Unpacker from) {
    return new Cusum.State(from.decimal(), from.decimal(), from.number(), from.number());
  }
}
