package dev.prefstream.cli.explain;

import dev.prefstream.cli.publish.Fields;
import dev.prefstream.cli.publish.SettingsFile;
import dev.prefstream.cli.publish.TicketForm;
import dev.prefstream.decision.DecisionOptions;
import dev.prefstream.intake.Requests;
import dev.prefstream.intake.ResponseText;
import dev.prefstream.intake.TicketText;
import dev.prefstream.intake.Validation;
import dev.prefstream.policy.ResponseRules;
import dev.prefstream.policy.records.PolicyWords;
import dev.prefstream.policy.records.SettingsRules;
import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.runtime.failure.PoisonReason;
import dev.prefstream.schemas.avro.PreferenceSettings;
import dev.prefstream.schemas.avro.ScoreKind;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.schemas.avro.SettingsInForce;
import dev.prefstream.schemas.avro.Ticket;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is to be explained: the score of a ticket, or of a response to it.
 *
 * @param request as intake makes it
 * @param settings of the ticket's tenant
 * @param rules by which a response is judged
 */
record Question(ScoringRequest request, PreferenceSettings settings, ResponseRules rules) {

  /** The question of a text that no record tells the rules of: the installation's hold. */
  static Question of(
      ScoringRequest request, PreferenceSettings settings, DecisionOptions installation) {
    return new Question(
        request,
        settings,
        PolicyWords.rules(
            request.getContext(),
            settings,
            installation.floor(),
            installation.maxFabricationRisk()));
  }

  /**
   * The question of one JSON object: a ticket as {@code publish tickets} takes it, whose id may be
   * missing, and with {@code response} (text) the response to it. What the settings mask is masked,
   * as it is before a ticket is scored.
   *
   * @param settings of tenants, by their id
   * @param installation says what the settings do not
   * @throws PoisonException when it is no ticket that can be scored
   */
  static Question of(
      byte[] json,
      Map<String, PreferenceSettings> settings,
      Validation validation,
      DecisionOptions installation) {
    Fields fields = Fields.parse(json).withId("ticket_id", "unnamed");
    String response = fields.text("response");
    PreferenceSettings own = SettingsFile.nested(fields);
    Ticket ticket = TicketForm.ticket(fields);
    validation.ticket(ticket.getTicketId(), ticket);
    PreferenceSettings applied =
        own != null
            ? own
            : settings.getOrDefault(
                ticket.getTenantId(),
                settings.getOrDefault(SettingsRules.FOR_ALL_TENANTS, SettingsRules.BUILT_IN));
    List<String> problems = SettingsRules.problems(applied);
    if (!problems.isEmpty()) {
      throw new PoisonException(PoisonReason.INVALID_FIELD, String.join("; ", problems));
    }
    Ticket masked = TicketText.masked(ticket, applied, found -> {});
    ScoringRequest asked = Requests.forTicket(masked, Map.of(), Instant.EPOCH, Instant.EPOCH);
    if (response == null) {
      return of(asked, applied, installation);
    }
    if (response.isBlank()) {
      throw new PoisonException(PoisonReason.EMPTY_TEXT, "response is blank, expected its text");
    }
    return of(
        Requests.forResponse(
            asked,
            "response",
            ResponseText.masked(response, inForce(applied)).text(),
            inForce(applied),
            Instant.EPOCH),
        applied,
        installation);
  }

  /** What is left out piece by piece: the ticket's text, or the response's. */
  Map<String, String> fields() {
    Map<String, String> fields = new LinkedHashMap<>();
    if (request.getKind() == ScoreKind.TICKET) {
      fields.put("subject", request.getSubject());
      fields.put("body", request.getBody());
    } else {
      fields.put("response", String.valueOf(request.getResponseText()));
    }
    return fields;
  }

  /** The request that intake would make, were this the text. */
  ScoringRequest with(Map<String, String> fields) {
    if (request.getKind() == ScoreKind.TICKET) {
      return ScoringRequest.newBuilder(request)
          .setSubject(text(fields.get("subject")))
          .setBody(text(fields.get("body")))
          .build();
    }
    return Requests.forResponse(
        request,
        String.valueOf(request.getResponseId()),
        text(fields.get("response")),
        inForce(settings),
        request.getRequestedAt());
  }

  /** All that the explanation depends on beside the model. */
  List<Object> inputs() {
    return List.of(
        request.getKind(),
        request.getSubject(),
        request.getBody(),
        String.valueOf(request.getResponseText()),
        String.valueOf(request.getContext().getRegion()),
        settings,
        rules.floor(),
        rules.maxFabricationRisk());
  }

  private static Optional<SettingsInForce> inForce(PreferenceSettings settings) {
    return Optional.of(new SettingsInForce(settings, "given"));
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }
}
