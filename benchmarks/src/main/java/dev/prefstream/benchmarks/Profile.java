package dev.prefstream.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/**
 * What a Flight Recorder recording says in a few lines of Markdown: which threads ran, in which
 * methods, how long the collector stopped them, and how busy the machine was. Samples of native
 * code count when it is ONNX Runtime's or the tokenizer's; others are threads that wait in the
 * kernel.
 */
final class Profile {

  private static final int MOST_THREADS = 12;
  private static final int MOST_METHODS = 12;

  private final Map<String, Integer> threads = new HashMap<>();
  private final Map<String, Integer> tops = new HashMap<>();
  private final Map<String, Integer> ours = new HashMap<>();
  private int samples;
  private Duration collected = Duration.ZERO;
  private double machine;
  private double process;
  private int loads;

  private Profile() {}

  static String of(Path recording) throws IOException {
    Profile profile = new Profile();
    try (RecordingFile file = new RecordingFile(recording)) {
      while (file.hasMoreEvents()) {
        profile.take(file.readEvent());
      }
    }
    return profile.text();
  }

  private void take(RecordedEvent event) {
    switch (event.getEventType().getName()) {
      case "jdk.ExecutionSample" -> sample(event);
      case "jdk.NativeMethodSample" -> {
        RecordedStackTrace stack = event.getStackTrace();
        if (stack != null && computes(stack.getFrames().get(0))) {
          sample(event);
        }
      }
      case "jdk.GCPhasePause" -> collected = collected.plus(event.getDuration());
      case "jdk.CPULoad" -> {
        machine += event.getDouble("machineTotal");
        process += event.getDouble("jvmUser") + event.getDouble("jvmSystem");
        loads++;
      }
      default -> {
        // Not looked at.
      }
    }
  }

  private static boolean computes(RecordedFrame frame) {
    String type = frame.getMethod().getType().getName();
    return type.startsWith("ai.onnxruntime") || type.startsWith("ai.djl");
  }

  private void sample(RecordedEvent event) {
    RecordedStackTrace stack = event.getStackTrace();
    if (stack == null || event.getThread("sampledThread") == null) {
      return;
    }
    samples++;
    String thread = String.valueOf(event.getThread("sampledThread").getJavaName());
    threads.merge(thread.replaceAll("[0-9a-f]{8}-[0-9a-f-]+|[0-9]+", "*"), 1, Integer::sum);
    List<RecordedFrame> frames = stack.getFrames();
    tops.merge(name(frames.get(0)), 1, Integer::sum);
    frames.stream()
        .filter(frame -> frame.getMethod().getType().getName().startsWith("dev.prefstream"))
        .findFirst()
        .ifPresent(frame -> ours.merge(name(frame), 1, Integer::sum));
  }

  private static String name(RecordedFrame frame) {
    String type = frame.getMethod().getType().getName();
    return type.substring(type.lastIndexOf('.') + 1) + "." + frame.getMethod().getName();
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        "Machine %.0f %% busy, this process %.0f %%; %,d samples; the collector stopped it for %.1f s.%n%n"
            .formatted(
                100 * machine / Math.max(1, loads),
                100 * process / Math.max(1, loads),
                samples,
                collected.toMillis() / 1e3));
    table(text, "thread", threads, MOST_THREADS);
    table(text, "method on top", tops, MOST_METHODS);
    table(text, "nearest method of ours", ours, MOST_METHODS);
    return text.toString();
  }

  private void table(StringBuilder text, String what, Map<String, Integer> counts, int most) {
    text.append("| %s | share of samples |%n| --- | --- |%n".formatted(what));
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()))
        .limit(most)
        .forEach(
            entry ->
                text.append(
                    "| %s | %.1f %% |%n"
                        .formatted(entry.getKey(), 100.0 * entry.getValue() / samples)));
    text.append('\n');
  }
}
