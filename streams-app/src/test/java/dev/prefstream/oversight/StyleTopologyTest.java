package dev.prefstream.oversight;

import static dev.prefstream.oversight.Records.at;
import static dev.prefstream.oversight.Records.routed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.prefstream.runtime.metrics.Metric;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.DecisionRecord;
import dev.prefstream.schemas.avro.Route;
import dev.prefstream.schemas.avro.StyleAssociation;
import dev.prefstream.schemas.avro.StyleFeature;
import dev.prefstream.schemas.avro.StyleReport;
import dev.prefstream.schemas.avro.TextStyle;
import dev.prefstream.streamsapp.StageDriver;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Style reports, from decisions to what is published. */
class StyleTopologyTest extends OversightFixture {

  StyleTopologyTest() {
    super(Map.of("oversight.style-min-count", "100", "oversight.state-retention", "40d"));
  }

  @Test
  void tellsWhenStyleComesToDecide() {
    sendStyled("before", 0, 0.5, 0.5);
    sendStyled("after", toNextWindow(), 0.9, 0.1);

    StyleReport report = styleReport();
    assertThat(report.getPeriodStart()).isEqualTo(Instant.parse("2026-03-12T00:00:00Z"));
    assertThat(report.getPhiLength()).isCloseTo(0.8, within(0.01));
    assertThat(report.getReferenceStart()).isEqualTo(Instant.parse("2026-02-12T00:00:00Z"));
    assertThat(report.getAlert()).isTrue();
    assertThat(report.getAlertId()).contains("a");
    assertThat(Metric.STYLE_ALERTS.counter(stage.registry()).count()).isPositive();
  }

  @ParameterizedTest
  @EnumSource(
      value = StyleFeature.class,
      names = {"LONG", "CODE", "MARKDOWN"})
  void eachFeatureHasAnAssociationOfItsOwn(StyleFeature feature) {
    sendStyled("T", feature, 200, 0, 0.9, 0.1);

    StyleReport report = styleReport();
    assertThat(report.getPhiLength()).isEqualTo(feature == StyleFeature.LONG ? 0.8 : null);
    assertThat(report.getPhiCode()).isEqualTo(feature == StyleFeature.CODE ? 0.8 : null);
    assertThat(report.getPhiMarkdown()).isEqualTo(feature == StyleFeature.MARKDOWN ? 0.8 : null);
    assertThat(report.getAssociations())
        .filteredOn(each -> each.getFeature() == feature)
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.getValue()).isCloseTo(0.8, within(1e-9));
              assertThat(each.getLow()).isBetween(0.7, 0.8);
              assertThat(each.getHigh()).isBetween(0.8, 0.9);
              assertThat(each.getReference()).isNull();
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, -1})
  void tellsHowTheScoreGoesWithTheLength(int sign) {
    for (int i = 0; i < 200; i++) {
      DecisionRecord decided = routed("T-" + i, "a", Route.STANDARD);
      int length = (int) Math.round(Math.expm1(4 + 0.4 * (i % 10)));
      decided.setStyle(new TextStyle(length, false, 0.5, 0.5, false));
      decided.setScore(0.5 + sign * 0.04 * (i % 10));
      oversight.send(decided);
    }

    assertThat(styleReport().getAssociations())
        .filteredOn(each -> each.getFeature() == StyleFeature.LENGTH)
        .singleElement()
        .satisfies(each -> assertThat(each.getValue()).isCloseTo(sign, within(1e-3)));
  }

  @ParameterizedTest
  @CsvSource({
    "as strong as before, 200, 0.7, 0.3",
    "weaker than before, 200, 0.5, 0.5",
    "of too few decisions, 98, 0.9, 0.1"
  })
  void saysNothingOfAStyle(String what, int tickets, double urgentOfLong, double urgentOfShort) {
    sendStyled("before", 0, 0.7, 0.3);
    sendStyled("after", StyleFeature.LONG, tickets, toNextWindow(), urgentOfLong, urgentOfShort);

    StyleReport report = styleReport();
    assertThat(report.getDecisions()).isEqualTo(tickets);
    assertThat(report.getReferenceStart()).as("compared, %s", what).isNotNull();
    assertThat(report.getAlert()).isFalse();
    assertThat(report.getAlertId()).isNull();
    assertThat(Metric.STYLE_ALERTS.counter(stage.registry()).count()).isZero();
  }

  @Test
  void anErasedTicketLeavesWhatStyleIsMeasuredByToo() {
    sendStyled("before", 0, 0.5, 0.5);
    long next = toNextWindow();
    sendStyled("after", next, 0.5, 0.5);
    assertThat(longAssociation(styleReport()).getReference()).isCloseTo(0, within(1e-9));
    for (int i = 1; i < 100; i += 2) {
      oversight.erase("before" + i);
    }
    oversight.send(at(routed("one more", "a", Route.URGENT), StageDriver.START.plusSeconds(next)));

    // Without the fifty that are short and urgent: 50 of 100 long ones are, and 0 of 50 short ones.
    assertThat(longAssociation(styleReport()).getReference()).isCloseTo(0.5, within(1e-9));
  }

  private static StyleAssociation longAssociation(StyleReport report) {
    return report.getAssociations().stream()
        .filter(each -> each.getFeature() == StyleFeature.LONG)
        .findFirst()
        .orElseThrow();
  }

  /** The newest style report of the tenant since the last call. */
  private StyleReport styleReport() {
    oversight.report();
    return stage.read(Topics.STYLE_REPORTS).stream()
        .filter(each -> each.getTenantId().equals("a"))
        .reduce((one, other) -> other)
        .orElseThrow();
  }

  /** Lets the time come to the window after the first; its seconds after the start. */
  private long toNextWindow() {
    Duration way = Duration.between(StageDriver.START, Instant.parse("2026-03-13T00:00:00Z"));
    stage.advance(way);
    return way.toSeconds();
  }

  /** 200 tickets, half of them long, of which the shares given are urgent. */
  private void sendStyled(String id, long second, double urgentOfLong, double urgentOfShort) {
    sendStyled(id, StyleFeature.LONG, 200, second, urgentOfLong, urgentOfShort);
  }

  /** Half of the tickets have the feature; of these and of the others the shares are urgent. */
  private void sendStyled(
      String id,
      StyleFeature feature,
      int tickets,
      long second,
      double urgentWith,
      double urgentWithout) {
    for (int i = 0; i < tickets; i++) {
      boolean with = i % 2 == 0;
      boolean urgent = i / 2 < tickets / 2 * (with ? urgentWith : urgentWithout);
      DecisionRecord decided = routed(id + i, "a", urgent ? Route.URGENT : Route.STANDARD);
      decided.setStyle(
          new TextStyle(
              with && feature == StyleFeature.LONG ? 900 : 100,
              with && feature == StyleFeature.CODE,
              0.5,
              0.5,
              with && feature == StyleFeature.MARKDOWN));
      oversight.send(at(decided, StageDriver.START.plusSeconds(second)));
    }
  }
}
