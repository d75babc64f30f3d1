package dev.prefstream.drift;

import dev.prefstream.drift.Packer.Unpacker;
import dev.prefstream.drift.detect.Cusum;
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
 * @param chartedFrom value of {@code observed} when the charts last began anew
 * @param charts the calibrated charts; new ones while there is no reference
 * @param hour the hour of the highest event time
 * @param hot the newest predictions, not yet a full chunk
 */
record Running(
    long total,
    long observed,
    long sum,
    long eventTime,
    int stragglers,
    long lastAlarm,
    long chartedFrom,
    Charts charts,
    RunningHour hour,
    Chunk hot) {

  /** Statistics that begin now, in a segment that has seen {@code total} predictions. */
  static Running begin(long total, long eventTime) {
    return new Running(
        total, 0, 0, eventTime, 0, 0, 0, Charts.NEW, RunningHour.begun(eventTime), Chunk.EMPTY);
  }

  /** New statistics in the same segment; its traffic goes on. */
  Running anew() {
    return new Running(
        total, 0, 0, eventTime, 0, 0, 0, Charts.NEW, hour.withoutScores(), Chunk.EMPTY);
  }

  /** With what the hour has become. */
  Running with(RunningHour newHour) {
    return new Running(
        total, observed, sum, eventTime, stragglers, lastAlarm, chartedFrom, charts, newHour, hot);
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
        chartedFrom,
        charts,
        hour,
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
        chartedFrom,
        charts,
        hour,
        Chunk.EMPTY);
  }

  /** With an alarm at the newest prediction, after which the charts begin anew. */
  Running alarmed() {
    return new Running(
        total, observed, sum, eventTime, stragglers, observed, observed, Charts.NEW, hour, hot);
  }

  /** With charts that begin anew, as against another reference. */
  Running chartedAnew() {
    return new Running(
        total, observed, sum, eventTime, stragglers, lastAlarm, observed, Charts.NEW, hour, hot);
  }

  Running with(Charts newCharts) {
    return new Running(
        total, observed, sum, eventTime, stragglers, lastAlarm, chartedFrom, newCharts, hour, hot);
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
        chartedFrom,
        charts,
        hour,
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
            .number(chartedFrom);
    hour.pack(to);
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
    long chartedFrom = from.number();
    RunningHour hour = RunningHour.unpack(from);
    return new Running(
        total,
        observed,
        sum,
        eventTime,
        stragglers,
        lastAlarm,
        chartedFrom,
        from.flag() ? new Charts(chart(from), chart(from), chart(from), chart(from)) : Charts.NEW,
        hour,
        Chunk.unpack(from));
  }

  private static void pack(Cusum.State chart, Packer to) {
    to.decimal(chart.up()).decimal(chart.down()).number(chart.upSince()).number(chart.downSince());
  }

  private static Cusum.State chart(Unpacker from) {
    return new Cusum.State(from.decimal(), from.decimal(), from.number(), from.number());
  }
}
