package dev.prefstream.schemas;

import static dev.prefstream.schemas.Topic.Cleanup.COMPACT;
import static dev.prefstream.schemas.Topic.Cleanup.DELETE;
import static dev.prefstream.schemas.Topic.Role.INPUT;
import static dev.prefstream.schemas.Topic.Role.INTERNAL;
import static dev.prefstream.schemas.Topic.Role.OUTPUT;
import static dev.prefstream.schemas.Topic.Spread.FLOW;
import static dev.prefstream.schemas.Topic.Spread.SINGLE;

import dev.prefstream.schemas.avro.AccuracyReport;
import dev.prefstream.schemas.avro.AuditRequest;
import dev.prefstream.schemas.avro.AutoResponse;
import dev.prefstream.schemas.avro.DeadLetter;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.DriftReport;
import dev.prefstream.schemas.avro.Erasure;
import dev.prefstream.schemas.avro.ExpertLabel;
import dev.prefstream.schemas.avro.FairnessAudit;
import dev.prefstream.schemas.avro.ModelRelease;
import dev.prefstream.schemas.avro.PreferenceSettings;
import dev.prefstream.schemas.avro.ReferenceReset;
import dev.prefstream.schemas.avro.Response;
import dev.prefstream.schemas.avro.RetrainingDone;
import dev.prefstream.schemas.avro.RetrainingTrigger;
import dev.prefstream.schemas.avro.ReviewPlan;
import dev.prefstream.schemas.avro.ReviewRequest;
import dev.prefstream.schemas.avro.RoutingDecision;
import dev.prefstream.schemas.avro.Score;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.schemas.avro.SettingsInForce;
import dev.prefstream.schemas.avro.StyleReport;
import dev.prefstream.schemas.avro.Ticket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The topic catalogue, in the order of the data flow. No topic name stands anywhere else. */
public final class Topics {

  private static final int MIB = 1 << 20;
  private static final int TEXT = 8 * MIB;
  private static final Duration WEEK = Duration.ofDays(7);
  private static final Duration QUARTER = Duration.ofDays(92);
  private static final Duration YEARS = Duration.ofDays(800);

  /** Input: support tickets. */
  public static final Topic<Ticket> TICKETS =
      new Topic<>(
          INPUT,
          "tickets",
          "ticket id",
          Ticket.class,
          FLOW,
          DELETE,
          WEEK,
          TEXT,
          "Support tickets, published by users.");

  /** Input: responses offered for tickets. */
  public static final Topic<Response> RESPONSES =
      new Topic<>(
          INPUT,
          "responses",
          "ticket id",
          Response.class,
          FLOW,
          DELETE,
          WEEK,
          TEXT,
          "Responses offered for tickets, published by users.");

  /** Input: tenants' settings. */
  public static final Topic<PreferenceSettings> PREFERENCE_SETTINGS =
      new Topic<>(
          INPUT,
          "preference-settings",
          "tenant id",
          PreferenceSettings.class,
          SINGLE,
          COMPACT,
          YEARS,
          MIB,
          "How strict each tenant is and which response styles it takes.");

  /** Input: experts' labels. */
  public static final Topic<ExpertLabel> EXPERT_LABELS =
      new Topic<>(
          INPUT,
          "expert-labels",
          "ticket id",
          ExpertLabel.class,
          FLOW,
          DELETE,
          YEARS,
          MIB,
          "What experts say tickets were, to check decisions against.");

  /** Input: model releases. */
  public static final Topic<ModelRelease> MODEL_RELEASES =
      new Topic<>(
          INPUT,
          "model-releases",
          "task",
          ModelRelease.class,
          SINGLE,
          COMPACT,
          YEARS,
          MIB,
          "Which model bundle is active for each task.");

  /** Intake's own: the last valid settings of each tenant. */
  public static final Topic<SettingsInForce> SETTINGS_IN_FORCE =
      new Topic<>(
          INTERNAL,
          "settings-in-force",
          "tenant id",
          SettingsInForce.class,
          FLOW,
          COMPACT,
          YEARS,
          MIB,
          "Settings that passed validation, copied to every partition so that each intake task has them all.");

  /** Intake to scoring. */
  public static final Topic<ScoringRequest> SCORING_REQUESTS =
      new Topic<>(
          INTERNAL,
          "scoring-requests",
          "ticket id",
          ScoringRequest.class,
          FLOW,
          DELETE,
          WEEK,
          TEXT,
          "One for each ticket and one for each ticket-response pair.");

  /** Intake's word that a ticket is to be forgotten. */
  public static final Topic<Erasure> ERASURES =
      new Topic<>(
          INTERNAL,
          "erasures",
          "ticket id",
          Erasure.class,
          FLOW,
          DELETE,
          YEARS,
          MIB,
          "Tickets to be forgotten: decision and oversight drop their state and leave them out of reports, and the drift monitor names them no more.");

  /** Scoring to decision and drift. */
  public static final Topic<Score> SCORES =
      new Topic<>(
          OUTPUT,
          "scores",
          "ticket id",
          Score.class,
          FLOW,
          DELETE,
          WEEK,
          TEXT,
          "Calibrated scores with the model that gave them.");

  /** Output: urgent tickets. */
  public static final Topic<RoutingDecision> ROUTING_URGENT =
      new Topic<>(
          OUTPUT,
          "routing-urgent",
          "ticket id",
          RoutingDecision.class,
          FLOW,
          DELETE,
          WEEK,
          MIB,
          "Tickets for specialists.");

  /** Output: standard tickets. */
  public static final Topic<RoutingDecision> ROUTING_STANDARD =
      new Topic<>(
          OUTPUT,
          "routing-standard",
          "ticket id",
          RoutingDecision.class,
          FLOW,
          DELETE,
          WEEK,
          MIB,
          "Tickets for auto-response.");

  /** Output: chosen responses. */
  public static final Topic<AutoResponse> AUTO_RESPONSES =
      new Topic<>(
          OUTPUT,
          "auto-responses",
          "ticket id",
          AutoResponse.class,
          FLOW,
          DELETE,
          WEEK,
          TEXT,
          "The response chosen for a standard ticket.");

  /** The append-only log of decisions with all their inputs. */
  public static final Topic<DecisionRecord> DECISION_LOG =
      new Topic<>(
          OUTPUT,
          "decision-log",
          "ticket id",
          DecisionRecord.class,
          FLOW,
          DELETE,
          YEARS,
          MIB,
          "Every decision with all its inputs and versions, to replay and audit.");

  /** Oversight asks experts. */
  public static final Topic<ReviewRequest> REVIEW_REQUESTS =
      new Topic<>(
          OUTPUT,
          "review-requests",
          "ticket id",
          ReviewRequest.class,
          FLOW,
          DELETE,
          QUARTER,
          MIB,
          "Decisions sampled for experts to label.");

  /** Oversight's own: how many decisions of each stratum experts are asked about. */
  public static final Topic<ReviewPlan> REVIEW_PLANS =
      new Topic<>(
          INTERNAL,
          "review-plans",
          "tenant, domain and model",
          ReviewPlan.class,
          FLOW,
          COMPACT,
          YEARS,
          MIB,
          "Sampling rates in force and why, copied to every partition so that each task that samples has them all.");

  /** Input: audits wanted now. */
  public static final Topic<AuditRequest> AUDIT_REQUESTS =
      new Topic<>(
          INPUT,
          "audit-requests",
          "tenant id",
          AuditRequest.class,
          FLOW,
          DELETE,
          QUARTER,
          MIB,
          "Asks for a fairness audit of a month without waiting for its end.");

  /** Decisions against labels. */
  public static final Topic<AccuracyReport> ACCURACY_REPORTS =
      new Topic<>(
          OUTPUT,
          "accuracy-reports",
          "tenant id",
          AccuracyReport.class,
          SINGLE,
          DELETE,
          YEARS,
          MIB,
          "Decisions against experts' labels, by window, domain, model and tenant.");

  /** Whether groups are treated alike. */
  public static final Topic<FairnessAudit> FAIRNESS_AUDITS =
      new Topic<>(
          OUTPUT,
          "fairness-audits",
          "tenant id",
          FairnessAudit.class,
          SINGLE,
          DELETE,
          YEARS,
          MIB,
          "Urgent rates by group and their differences.");

  /** Whether style stands in for substance. */
  public static final Topic<StyleReport> STYLE_REPORTS =
      new Topic<>(
          OUTPUT,
          "style-reports",
          "tenant id",
          StyleReport.class,
          SINGLE,
          DELETE,
          YEARS,
          MIB,
          "How far style alone explains decisions.");

  /** A report for every window, whatever its state. */
  public static final Topic<DriftReport> DRIFT_REPORTS =
      new Topic<>(
          OUTPUT,
          "drift-reports",
          "segment",
          DriftReport.class,
          SINGLE,
          DELETE,
          QUARTER,
          MIB,
          "How each segment stands after each window.");

  /** One alert for each incident of drift. */
  public static final Topic<DriftAlert> DRIFT_ALERTS =
      new Topic<>(
          OUTPUT,
          "drift-alerts",
          "segment",
          DriftAlert.class,
          SINGLE,
          DELETE,
          YEARS,
          MIB,
          "Incidents of drift, one alert each, with evidence.");

  /** Asks for a new model. */
  public static final Topic<RetrainingTrigger> RETRAINING_TRIGGERS =
      new Topic<>(
          OUTPUT,
          "retraining-triggers",
          "segment",
          RetrainingTrigger.class,
          SINGLE,
          DELETE,
          YEARS,
          MIB,
          "Requests for a new model after confirmed drift.");

  /** Input: requests for retraining that are dealt with. */
  public static final Topic<RetrainingDone> RETRAINING_DONE =
      new Topic<>(
          INPUT,
          "retraining-done",
          "trigger id",
          RetrainingDone.class,
          SINGLE,
          DELETE,
          YEARS,
          MIB,
          "Word that a request for retraining is dealt with; closes its incident, and what scores are like becomes what is usual.");

  /**
   * Input: references of the drift monitor to be learnt anew. It asks itself where retraining is
   * dealt with.
   */
  public static final Topic<ReferenceReset> REFERENCE_RESETS =
      new Topic<>(
          INPUT,
          "reference-resets",
          "segment",
          ReferenceReset.class,
          SINGLE,
          COMPACT,
          YEARS,
          MIB,
          "Segments whose drift reference is to be learnt anew: by hand, and where retraining is dealt with.");

  /** What any stage refused. */
  public static final Topic<DeadLetter> DEAD_LETTERS =
      new Topic<>(
          OUTPUT,
          "dead-letters",
          "key of the refused record",
          DeadLetter.class,
          SINGLE,
          DELETE,
          QUARTER,
          TEXT + 2 * MIB,
          "What a stage refused, with the reason and the original bytes.");

  private static final List<Topic<?>> ALL =
      List.of(
          TICKETS,
          RESPONSES,
          PREFERENCE_SETTINGS,
          EXPERT_LABELS,
          MODEL_RELEASES,
          SETTINGS_IN_FORCE,
          SCORING_REQUESTS,
          ERASURES,
          SCORES,
          ROUTING_URGENT,
          ROUTING_STANDARD,
          AUTO_RESPONSES,
          DECISION_LOG,
          REVIEW_REQUESTS,
          REVIEW_PLANS,
          AUDIT_REQUESTS,
          ACCURACY_REPORTS,
          FAIRNESS_AUDITS,
          STYLE_REPORTS,
          DRIFT_REPORTS,
          DRIFT_ALERTS,
          RETRAINING_TRIGGERS,
          RETRAINING_DONE,
          REFERENCE_RESETS,
          DEAD_LETTERS);

  private Topics() {}

  /** Every topic, in the order of the data flow. */
  public static List<Topic<?>> all() {
    return ALL;
  }

  /** The topic of that name, given without the installation's prefix. */
  public static Optional<Topic<?>> named(String name) {
    return ALL.stream().filter(topic -> topic.name().equals(name)).findFirst();
  }
}
