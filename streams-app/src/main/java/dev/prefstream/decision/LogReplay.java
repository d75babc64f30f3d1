package dev.prefstream.decision;

import dev.prefstream.schemas.avro.DecisionEvent;
import dev.prefstream.schemas.avro.DecisionRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs the policy again over a whole decision log, and checks what no single record can tell: that
 * a ticket was routed once and ended at most once, that its later records rest on the inputs of its
 * first, and that one settings version is one document. It cannot see a change of an input that
 * changes no outcome, such as the score of a candidate that loses either way. Records of one ticket
 * must come in the order of the log. Keeps some 150 bytes for each ticket. For one thread.
 */
public final class LogReplay {

  private final Map<String, Seen> tickets = new HashMap<>();
  private final Map<String, Integer> settings = new HashMap<>();
  private long records;
  private long differences;
  private long otherVersions;
  private long withoutRouting;

  private record Seen(int inputs, boolean ended) {}

  /**
   * Counts of the records taken so far.
   *
   * @param records all of them
   * @param differences those that come out otherwise, or contradict an earlier one
   * @param otherVersions those of a policy version these rules cannot stand for; not replayed
   * @param withoutRouting answers and escalations whose routing is not in the log; replayed alone
   */
  public record Counts(long records, long differences, long otherVersions, long withoutRouting) {}

  /** What is wrong with the next record, in words without customer text; empty when nothing is. */
  public Optional<String> take(DecisionRecord record) {
    records++;
    if (!Replay.isReplayable(record)) {
      otherVersions++;
      return Optional.empty();
    }
    Optional<String> wrong = Replay.difference(record).or(() -> contradiction(record));
    differences += wrong.isPresent() ? 1 : 0;
    return wrong;
  }

  public Counts counts() {
    return new Counts(records, differences, otherVersions, withoutRouting);
  }

  private Optional<String> contradiction(DecisionRecord record) {
    String version = record.getSettings().getTenantId() + "@" + record.getSettingsVersion();
    int document = record.getSettings().hashCode();
    Integer known = settings.putIfAbsent(version, document);
    int inputs = inputs(record);
    Seen seen = tickets.get(record.getTicketId());
    boolean routing = record.getEvent() == DecisionEvent.ROUTED;
    tickets.put(record.getTicketId(), new Seen(inputs, !routing));
    if (known != null && known != document) {
      return Optional.of("settings: version %s came with other content before".formatted(version));
    }
    return routing ? routedAgain(seen) : ended(record, seen, inputs);
  }

  private static Optional<String> routedAgain(@Nullable Seen seen) {
    return seen == null ? Optional.empty() : Optional.of("event: the ticket was routed before");
  }

  private Optional<String> ended(DecisionRecord record, @Nullable Seen seen, int inputs) {
    if (seen == null) {
      withoutRouting++;
      return Optional.empty();
    }
    if (seen.ended()) {
      return Optional.of("event: the ticket was answered or escalated before");
    }
    return seen.inputs() == inputs
        ? Optional.empty()
        : Optional.of(
            "inputs: those of %s are not those the ticket was routed by"
                .formatted(record.getEvent()));
  }

  private static int inputs(DecisionRecord record) {
    return Objects.hash(
        record.getContext(),
        record.getScore(),
        record.getLogit(),
        record.getConfidence(),
        record.getStyle(),
        record.getTruncated(),
        record.getModel(),
        record.getSettings(),
        record.getSettingsVersion());
  }
}
