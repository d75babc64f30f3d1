package dev.prefstream.oversight;

import dev.prefstream.schemas.avro.DecisionEvent;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.ExpertLabel;
import dev.prefstream.schemas.avro.ModelRef;
import dev.prefstream.schemas.avro.PreferenceSettings;
import dev.prefstream.schemas.avro.Reason;
import dev.prefstream.schemas.avro.Route;
import dev.prefstream.schemas.avro.TextStyle;
import dev.prefstream.schemas.avro.TicketContext;
import dev.prefstream.streamsapp.StageDriver;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decisions and labels as test cases need them. */
final class Records {

  static final ModelRef MODEL = model("1.0.0");

  private Records() {}

  static ModelRef model(String version) {
    return new ModelRef("model", version, "0".repeat(64));
  }

  static DecisionRecord routed(String ticketId, String tenant, Route route) {
    return DecisionRecord.newBuilder()
        .setEvent(DecisionEvent.ROUTED)
        .setTicketId(ticketId)
        .setContext(
            TicketContext.newBuilder().setTenantId(tenant).setCreatedAt(StageDriver.START).build())
        .setScore(route == Route.URGENT ? 0.9 : 0.1)
        .setLogit(0)
        .setConfidence(0.9)
        .setStyle(new TextStyle(10, false, 0.5, 0.5, false))
        .setTruncated(false)
        .setModel(MODEL)
        .setSettings(
            PreferenceSettings.newBuilder()
                .setTenantId(tenant)
                .setUpdatedAt(StageDriver.START)
                .build())
        .setSettingsVersion("default")
        .setPolicyVersion("1")
        .setRoute(route)
        .setThreshold(0.7)
        .setMargin(route == Route.URGENT ? 0.2 : -0.6)
        .setReasons(List.of(Reason.SCORE_WITHIN_STRICTNESS))
        .setDecidedAt(StageDriver.START)
        .build();
  }

  static DecisionRecord inDomain(DecisionRecord decided, @Nullable String domain) {
    decided.getContext().setDomain(domain);
    return decided;
  }

  static DecisionRecord inGroup(DecisionRecord decided, String group) {
    decided.getContext().setAuditGroup(group);
    return decided;
  }

  static DecisionRecord by(DecisionRecord decided, ModelRef model) {
    decided.setModel(model);
    return decided;
  }

  static DecisionRecord at(DecisionRecord decided, Instant time) {
    decided.setDecidedAt(time);
    return decided;
  }

  static ExpertLabel label(String ticketId, Route label, int second) {
    return ExpertLabel.newBuilder()
        .setTicketId(ticketId)
        .setLabel(label)
        .setLabelledAt(StageDriver.START.plusSeconds(second))
        .build();
  }
}
