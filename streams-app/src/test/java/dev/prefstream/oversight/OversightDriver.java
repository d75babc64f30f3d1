package dev.prefstream.oversight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.AccuracyReport;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.Erasure;
import dev.prefstream.schemas.avro.ExpertLabel;
import dev.prefstream.schemas.avro.FairnessAudit;
import dev.prefstream.streamsapp.StageDriver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/** The oversight stage without a broker. Its counts must add up when it is closed. */
final class OversightDriver implements AutoCloseable {

  final StageDriver stage;

  OversightDriver(Path stateDir, Map<String, String> settings) {
    this.stage = StageDriver.oversight(stateDir, settings);
  }

  void send(SpecificRecord record) {
    if (record instanceof DecisionRecord decided) {
      stage.send(Topics.DECISION_LOG, decided.getTicketId(), decided);
    } else if (record instanceof ExpertLabel label) {
      stage.send(Topics.EXPERT_LABELS, label.getTicketId(), label);
    } else if (record instanceof Erasure erasure) {
      stage.send(Topics.ERASURES, erasure.getTicketId(), erasure);
    } else {
      throw new IllegalArgumentException("no input of oversight: " + record.getSchema().getName());
    }
  }

  void erase(String ticketId) {
    send(new Erasure(ticketId, StageDriver.START));
  }

  /** Lets the changes of the counts through and then an interval pass. */
  void report() {
    stage.advance(DecisionReview.SEND_EVERY);
    stage.advance(Duration.ofMinutes(1));
  }

  /** The newest report of one stratum since the last call. */
  AccuracyReport accuracy(String scope, String domain) {
    report();
    return last(
        stage.read(Topics.ACCURACY_REPORTS).stream()
            .filter(report -> report.getTenantId().equals(scope))
            .filter(report -> report.getDomain().equals(domain))
            .toList());
  }

  /** The newest audit since the last call. */
  FairnessAudit audit(String scope) {
    report();
    return last(
        stage.read(Topics.FAIRNESS_AUDITS).stream()
            .filter(audit -> audit.getTenantId().equals(scope))
            .toList());
  }

  private static <V> V last(List<V> values) {
    assertThat(values).isNotEmpty();
    return values.get(values.size() - 1);
  }

  @Override
  public void close() {
    try {
      assertThat(stage.received())
          .isEqualTo(stage.processed() + stage.duplicates() + stage.deadLettered());
    } finally {
      stage.close();
    }
  }
}
