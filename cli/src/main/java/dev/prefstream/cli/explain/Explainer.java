package dev.prefstream.cli.explain;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.prefstream.cli.evaluate.Judge;
import dev.prefstream.cli.explain.occlusion.Attribution.Limits;
import dev.prefstream.runtime.config.Configuration;
import dev.prefstream.scorer.model.Task;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Explains scores and what the policy makes of them. Models are opened at the first use of each.
 * May be used by many threads; explains one text at a time, and keeps the last explanations.
 */
public final class Explainer implements AutoCloseable {

  private final Configuration configuration;
  private final Duration timeLimit;
  private final Limits limits;
  private final ReentrantLock lock = new ReentrantLock(true);
  private final Map<Task, Judge> judges = new EnumMap<>(Task.class);
  private final Map<String, ObjectNode> cache;

  /** Opens nothing yet. */
  public Explainer(Configuration configuration) {
    this.configuration = configuration;
    this.timeLimit = configuration.get(ExplainOptions.TIME_LIMIT);
    this.limits = new Limits(configuration.get(ExplainOptions.OCCLUSIONS), timeLimit.toNanos());
    int entries = configuration.get(ExplainOptions.CACHE_ENTRIES);
    this.cache =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, ObjectNode> eldest) {
            return size() > entries;
          }
        };
  }

  /** Others are being explained for longer than a caller should wait. */
  static final class BusyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BusyException(Duration waited) {
      super("other texts are being explained: waited %s, try again".formatted(waited));
    }
  }

  /**
   * The explanation, as {@code docs/explain.md} describes it.
   *
   * @throws BusyException when its turn does not come within the time limit
   */
  ObjectNode explain(Question question) {
    try {
      if (!lock.tryLock(timeLimit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new BusyException(timeLimit);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BusyException(timeLimit);
    }
    try {
      Task task = Task.of(question.request().getKind());
      Judge judge = judges.computeIfAbsent(task, t -> Judge.open(configuration, null, t));
      String key = key(question, judge);
      ObjectNode known = cache.get(key);
      if (known != null) {
        return known.deepCopy().put("cached", true);
      }
      ObjectNode made = new Telling(question, judge, limits).explanation();
      cache.put(key, made);
      return made.deepCopy();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      judges.values().forEach(Judge::close);
      judges.clear();
      cache.clear();
    } finally {
      lock.unlock();
    }
  }

  private static String key(Question question, Judge judge) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      for (Object input : question.inputs()) {
        byte[] bytes = input.toString().getBytes(StandardCharsets.UTF_8);
        sha256.update(Integer.toString(bytes.length).getBytes(StandardCharsets.UTF_8));
        sha256.update((byte) ':');
        sha256.update(bytes);
      }
      return judge.identity().hash() + HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256; this one does not", e);
    }
  }
}
