package dev.prefstream.cli.quickstart;

import dev.prefstream.runtime.service.Health;
import dev.prefstream.runtime.service.Service;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.RetrainingTrigger;
import dev.prefstream.schemas.avro.RoutingDecision;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.HdrHistogram.Histogram;

/**
 * What a person sees of a quickstart: stages turning READY, ten decisions, addresses, then one line
 * of counts that is written over on a terminal and repeated now and then elsewhere. Safe for use by
 * many threads.
 */
final class Screen {

  private static final int DECISIONS_SHOWN = 10;
  private static final int SUBJECT_WIDTH = 44;

  private final PrintWriter out;
  private final boolean terminal;
  private final Set<String> readyStages = new HashSet<>();
  private int decisionsShown;
  private boolean liveLine;

  Screen(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  synchronized void line(String text) {
    clearLive();
    out.println(text);
    out.flush();
  }

  /** Adds a row for each stage that has become READY since the last call. */
  synchronized void stages(List<Service> services, Duration sinceStart) {
    for (Service service : services) {
      if (service.health().state() == Health.State.READY && readyStages.add(service.name())) {
        ready(service.name(), "", sinceStart);
      }
    }
  }

  synchronized void ready(String part, String where, Duration sinceStart) {
    line(
        String.format(
            Locale.ROOT, "  %-10s READY  %5.1f s  %s", part, sinceStart.toMillis() / 1e3, where));
  }

  /** Shows one of the first ten decisions. Returns whether that was the tenth. */
  synchronized boolean decision(RoutingDecision decision, String subject) {
    if (decisionsShown >= DECISIONS_SHOWN) {
      return false;
    }
    line(
        String.format(
            Locale.ROOT,
            "  %-8s  score %.2f %s %.2f  %-16s %-2s %-3s %s",
            decision.getRoute(),
            decision.getScore(),
            decision.getMargin() > 0 ? "> " : "<=",
            decision.getThreshold(),
            decision.getContext().getTenantId(),
            String.valueOf(decision.getContext().getRegion()),
            String.valueOf(decision.getContext().getLanguage()),
            shortened(subject)));
    return ++decisionsShown == DECISIONS_SHOWN;
  }

  synchronized void alert(DriftAlert alert) {
    line(
        "  DRIFT %s in segment %s: %s"
            .formatted(alert.getEvent(), alert.getSegment(), alert.getMessage()));
  }

  synchronized void trigger(RetrainingTrigger trigger) {
    line("  RETRAIN segment %s: %s".formatted(trigger.getSegment(), trigger.getReason()));
  }

  /** Writes the counts over the last ones on a terminal, as a new line elsewhere. */
  synchronized void counts(LiveCounts live, double decisionsPerSecond) {
    Histogram latency = live.latency();
    String text =
        String.format(
            Locale.ROOT,
            "%,d published | %,d urgent | %,d standard | %,d auto-responses | %,d escalated | %,d dead letters | %,d drift alerts | %.0f/s | p50 %d ms, p99 %d ms",
            live.published.sum(),
            live.urgent.sum(),
            live.standard.sum(),
            live.autoResponses.sum(),
            live.escalated.sum(),
            live.deadLettered.sum(),
            live.alerts.sum(),
            decisionsPerSecond,
            latency.getValueAtPercentile(50),
            latency.getValueAtPercentile(99));
    if (terminal) {
      out.print("\r\033[K" + text);
      liveLine = true;
    } else {
      out.println(text);
    }
    out.flush();
  }

  private void clearLive() {
    if (liveLine) {
      out.print("\r\033[K");
      liveLine = false;
    }
  }

  private static String shortened(String subject) {
    String oneLine = subject.replaceAll("\\s+", " ").strip();
    return oneLine.codePointCount(0, oneLine.length()) <= SUBJECT_WIDTH
        ? oneLine
        : oneLine.substring(0, oneLine.offsetByCodePoints(0, SUBJECT_WIDTH - 1)) + "…";
  }
}
