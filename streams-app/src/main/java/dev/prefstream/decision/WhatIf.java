package dev.prefstream.decision;

import dev.prefstream.policy.Candidate.Judged;
import dev.prefstream.policy.Decision;
import dev.prefstream.policy.PolicyInput;
import dev.prefstream.policy.Preferences;
import dev.prefstream.policy.ResponsePolicy;
import dev.prefstream.policy.ResponseRules;
import dev.prefstream.policy.RoutingPolicy;
import dev.prefstream.policy.records.PolicyWords;
import dev.prefstream.policy.records.SettingsRules;
import dev.prefstream.schemas.avro.DecisionEvent;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.PreferenceSettings;
import dev.prefstream.schemas.avro.Route;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a decision log would say had other settings been in force. Settings for "default" count for
 * tenants that were judged by those. Two things it cannot know, since nobody recorded them: what
 * would have been offered for a ticket that was urgent, and how masking or known terms would have
 * changed what was scored. For one thread.
 */
public final class WhatIf {

  private final Map<String, PreferenceSettings> settings = new HashMap<>();
  private final Map<Kind, Long> changes = new EnumMap<>(Kind.class);
  private final Set<String> without = new TreeSet<>();
  private long records;
  private long judged;
  private long otherVersions;

  /** How a decision would have been another. */
  public enum Kind {
    /** Routed URGENT instead of STANDARD. */
    URGENT_INSTEAD,
    /** Routed STANDARD instead of URGENT; what would have been offered is not known. */
    STANDARD_INSTEAD,
    /** Answered with another response. */
    OTHER_RESPONSE,
    /** Escalated instead of answered. */
    ESCALATED_INSTEAD,
    /** Answered instead of escalated. */
    ANSWERED_INSTEAD
  }

  /**
   * A decision that would have been another.
   *
   * @param before in words
   * @param after in words
   */
  public record Change(String ticketId, String tenantId, Kind kind, String before, String after) {}

  /**
   * @param newSettings at most one document a tenant
   * @throws IllegalArgumentException when a document may not be put in force, or a tenant has two
   */
  public WhatIf(Collection<PreferenceSettings> newSettings) {
    for (PreferenceSettings each : newSettings) {
      List<String> problems = SettingsRules.problems(each);
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(
            "settings of tenant %s: %s".formatted(each.getTenantId(), String.join("; ", problems)));
      }
      if (settings.put(each.getTenantId(), each) != null) {
        throw new IllegalArgumentException(
            "tenant %s has two documents, expected one".formatted(each.getTenantId()));
      }
    }
    without.addAll(settings.keySet());
  }

  /** How the next record would have been another; empty when it would not. */
  public Optional<Change> take(DecisionRecord record) {
    records++;
    PreferenceSettings applied = applied(record);
    if (applied == null) {
      return Optional.empty();
    }
    without.remove(applied.getTenantId());
    if (!Replay.isReplayable(record)) {
      otherVersions++;
      return Optional.empty();
    }
    judged++;
    Preferences preferences = PolicyWords.preferences(applied);
    Decision routing =
        RoutingPolicy.decide(
            new PolicyInput(record.getScore(), record.getConfidence(), preferences));
    Optional<Change> change =
        record.getEvent() == DecisionEvent.ROUTED
            ? routing(record, routing)
            : ending(record, routing, preferences);
    change.ifPresent(each -> changes.merge(each.kind(), 1L, Long::sum));
    return change;
  }

  /** Records taken so far. */
  public long records() {
    return records;
  }

  /** How many of them the new settings speak of and these rules can judge. */
  public long judged() {
    return judged;
  }

  /** How many the new settings speak of and another policy version decided; not judged. */
  public long otherVersions() {
    return otherVersions;
  }

  /** Tenants of new settings that no record so far speaks of, in order. */
  public List<String> tenantsWithoutRecords() {
    return List.copyOf(without);
  }

  /** How many changes of the kind there would have been. */
  public long count(Kind kind) {
    return changes.getOrDefault(kind, 0L);
  }

  private @Nullable PreferenceSettings applied(DecisionRecord record) {
    PreferenceSettings own = settings.get(record.getContext().getTenantId());
    return own == null && record.getSettings().getTenantId().equals(SettingsRules.FOR_ALL_TENANTS)
        ? settings.get(SettingsRules.FOR_ALL_TENANTS)
        : own;
  }

  private static Optional<Change> routing(DecisionRecord record, Decision now) {
    Route route = PolicyWords.route(now);
    if (route == record.getRoute()) {
      return Optional.empty();
    }
    return Optional.of(
        change(
            record,
            route == Route.URGENT ? Kind.URGENT_INSTEAD : Kind.STANDARD_INSTEAD,
            "%s, score %.4f against %.4f"
                .formatted(record.getRoute(), record.getScore(), record.getThreshold()),
            "%s, against %.4f".formatted(route, now.threshold())));
  }

  private static Optional<Change> ending(
      DecisionRecord record, Decision routing, Preferences preferences) {
    if (PolicyWords.route(routing) == Route.URGENT) {
      return Optional.empty(); // Told already of its routing; nothing would have been waited for.
    }
    ResponseRules before = PolicyWords.rules(record);
    ResponseRules rules =
        new ResponseRules(
            before.region(),
            preferences,
            preferences.floor().orElse(before.floor()),
            preferences.maxFabricationRisk().orElse(before.maxFabricationRisk()));
    Optional<Judged> chosen =
        ResponsePolicy.choose(PolicyWords.candidates(record.getCandidates()), rules);
    String was =
        record.getEvent() == DecisionEvent.AUTO_RESPONDED
            ? "answered with " + record.getResponseId()
            : "escalated";
    String is =
        chosen.map(each -> "answered with " + each.candidate().responseId()).orElse("escalated");
    if (was.equals(is)) {
      return Optional.empty();
    }
    Kind kind =
        chosen.isEmpty()
            ? Kind.ESCALATED_INSTEAD
            : record.getEvent() == DecisionEvent.ESCALATED
                ? Kind.ANSWERED_INSTEAD
                : Kind.OTHER_RESPONSE;
    return Optional.of(change(record, kind, was, is));
  }

  private static Change change(DecisionRecord record, Kind kind, String before, String after) {
    return new Change(record.getTicketId(), record.getContext().getTenantId(), kind, before, after);
  }
}
