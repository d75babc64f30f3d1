package dev.prefstream.drift;

import static dev.prefstream.drift.DriftDriver.START;
import static dev.prefstream.drift.IncidentWords.incident;
import static dev.prefstream.drift.IncidentWords.word;
import static dev.prefstream.schemas.avro.AlertEvent.CLOSED;
import static dev.prefstream.schemas.avro.AlertEvent.OPENED;
import static dev.prefstream.schemas.avro.AlertEvent.RECOVERED;
import static dev.prefstream.schemas.avro.AlertEvent.UPDATED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.schemas.avro.AlertEvent;
import dev.prefstream.schemas.avro.DriftAlert;
import dev.prefstream.schemas.avro.DriftKind;
import dev.prefstream.schemas.avro.IncidentState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway") // A null that is not expected fails the test.
class IncidentTurnTest {

  private static final int WINDOW = 100;

  private static IncidentTurn after(DriftAlert word, IncidentState known, IncidentState whole) {
    return IncidentTurn.after(word, known, whole, List.of(), WINDOW);
  }

  @Test
  void theFirstWordOpensAnIncidentAndIsSaidAsItIs() {
    DriftAlert word = word("a/US/en", "1", OPENED, 30);

    IncidentTurn turn = after(word, null, null);

    assertThat(turn.said()).isEqualTo(word);
    assertThat(turn.whole()).isNull();
    assertThat(turn.incident().getAlert()).isEqualTo(word);
    assertThat(turn.incident().getAnnounced()).isTrue();
    assertThat(turn.incident().getEnded()).isFalse();
    assertThat(turn.incident().getNextUpdate()).isEqualTo(2 * WINDOW);
  }

  @Test
  void anIncidentThatOpensAfterAnotherKeepsWhenRetrainingWasAskedForLast() {
    IncidentState over = incident(word("a/US/en", "1", RECOVERED, 300));
    over.setEnded(true);
    over.setAskedAt(77L);
    over.setTriggerId("1/retrain");

    IncidentTurn turn = after(word("a/US/en", "2", OPENED, 300), over, null);

    assertThat(turn.incident().getAskedAt()).isEqualTo(77);
    assertThat(turn.incident().getTriggerId()).isNull();
    assertThat(turn.incident().getNextUpdate()).isEqualTo(600);
  }

  @Test
  void aWordThatComesTwiceOrOnNoOpenIncidentIsNothingNew() {
    IncidentState known = incident(word("a/US/en", "1", OPENED, 30));
    IncidentState over = IncidentState.newBuilder(known).setEnded(true).build();

    assertThat(after(word("a/US/en", "1", OPENED, 30), known, null)).isNull();
    assertThat(after(word("a/US/en", "2", UPDATED, 30), known, null)).isNull();
    assertThat(after(word("a/US/en", "2", UPDATED, 30), null, null)).isNull();
    assertThat(after(word("a/US/en", "1", UPDATED, 60), over, null)).isNull();
    assertThat(after(word("a/US/en", "1", RECOVERED, 60), over, null)).isNull();
  }

  @Test
  void anUpdateIsSaidWhenTheIncidentHasDoubled() {
    IncidentState known = incident(word("a/US/en", "1", OPENED, 150));

    IncidentTurn early = after(word("a/US/en", "1", UPDATED, 299), known, null);
    IncidentTurn doubled = after(word("a/US/en", "1", UPDATED, 310), early.incident(), null);

    assertThat(early.said()).isNull();
    assertThat(early.incident().getAlert().getIncidentPredictions()).isEqualTo(299);
    assertThat(early.incident().getNextUpdate()).isEqualTo(300);
    assertThat(doubled.said()).isEqualTo(doubled.incident().getAlert());
    assertThat(doubled.said().getEvent()).isEqualTo(UPDATED);
    assertThat(doubled.incident().getNextUpdate()).isEqualTo(620);
  }

  @Test
  void anUpdateIsSaidWhenTheIncidentIsOfAnotherKind() {
    IncidentState known = incident(word("all", "1", OPENED, 150));

    IncidentTurn turn = after(word("all", "1", UPDATED, 160, DriftKind.FLOOD), known, known);

    assertThat(turn.said().getKind()).isEqualTo(DriftKind.FLOOD);
    assertThat(turn.incident().getNextUpdate()).isEqualTo(320);
  }

  @ParameterizedTest
  @EnumSource(
      value = AlertEvent.class,
      names = {"CLOSED", "RECOVERED"})
  void theEndIsSaidAtOnce(AlertEvent event) {
    IncidentState known = incident(word("a/US/en", "1", OPENED, 150));

    IncidentTurn turn = after(word("a/US/en", "1", event, 160), known, null);

    assertThat(turn.said().getEvent()).isEqualTo(event);
    assertThat(turn.incident().getEnded()).isTrue();
  }

  @Test
  void aSegmentJoinsTheOpenIncidentOfTheWholeInsteadOfBeingSaid() {
    IncidentState whole = incident(word("all", "1", OPENED, 150));
    IncidentState before = IncidentState.newBuilder(whole).build();

    IncidentTurn turn = after(word("a/US/en", "2", OPENED, 30), null, whole);

    assertThat(turn.incident().getAnnounced()).isFalse();
    assertThat(turn.said().getAlertId()).isEqualTo("1");
    assertThat(turn.said().getEvent()).isEqualTo(UPDATED);
    assertThat(turn.said().getSegments()).containsExactly("a/US/en");
    assertThat(turn.said().getDetectedAt()).isEqualTo(START.plusSeconds(30));
    assertThat(turn.whole().getAlert()).isEqualTo(turn.said());
    assertThat(whole).isEqualTo(before);
  }

  @Test
  void theWholeSaysOfItsSegmentsOnlyTheFirstSecondFourthAndSoOnAndFiftyAtMost() {
    IncidentState whole = incident(word("all", "1", OPENED, 150));
    List<Integer> said = new ArrayList<>();
    for (int i = 1; i <= 70; i++) {
      IncidentTurn turn = after(word("t%d/US/en".formatted(i), "s" + i, OPENED, 30), null, whole);
      if (turn.said() != null) {
        said.add(turn.said().getSegments().size());
      }
      whole = turn.whole() == null ? whole : turn.whole();
    }

    assertThat(said).containsExactly(1, 2, 4, 8, 16, 32);
    assertThat(whole.getAlert().getSegments()).hasSize(IncidentTurn.MOST_SEGMENTS);
  }

  @Test
  void aSegmentJoinsOnce() {
    DriftAlert ofTheWhole = word("all", "1", OPENED, 150);
    ofTheWhole.setSegments(List.of("a/US/en"));

    IncidentTurn turn = after(word("a/US/en", "2", OPENED, 30), null, incident(ofTheWhole));

    assertThat(turn.whole()).isNull();
    assertThat(turn.said()).isNull();
    assertThat(turn.incident().getAnnounced()).isFalse();
  }

  @Test
  void aTenantsFallOfAccuracyJoinsThatOfTheWholeAndIsSaidWhereItOutlivesIt() {
    IncidentState whole = incident(word("all", "1", OPENED, 150, DriftKind.QUALITY));

    IncidentTurn turn = after(word("a/*/*", "2", OPENED, 30, DriftKind.QUALITY), null, whole);
    IncidentTurn later =
        after(word("a/*/*", "2", UPDATED, 900, DriftKind.QUALITY), turn.incident(), null);

    assertThat(turn.incident().getAnnounced()).isFalse();
    assertThat(turn.said().getAlertId()).isEqualTo("1");
    assertThat(turn.said().getSegments()).containsExactly("a/*/*");
    assertThat(later.said().getAlertId()).isEqualTo("2");
    assertThat(later.said().getEvent()).isEqualTo(OPENED);
  }

  @Test
  void aSegmentThatOutlivesTheWholeGetsAnAlertOfItsOwn() {
    IncidentState whole = incident(word("all", "1", OPENED, 150));
    IncidentState part = after(word("a/US/en", "2", OPENED, 30), null, whole).incident();

    IncidentTurn meanwhile = after(word("a/US/en", "2", UPDATED, 900), part, whole);
    IncidentTurn later = after(word("a/US/en", "2", UPDATED, 1000), meanwhile.incident(), null);

    assertThat(meanwhile.said()).isNull();
    assertThat(later.said().getEvent()).isEqualTo(OPENED);
    assertThat(later.incident().getAlert()).isEqualTo(later.said());
    assertThat(later.incident().getAnnounced()).isTrue();
  }

  @Test
  void theEndOfAPartIsNotSaid() {
    IncidentState whole = incident(word("all", "1", OPENED, 150));
    IncidentState part = after(word("a/US/en", "2", OPENED, 30), null, whole).incident();

    IncidentTurn recovered = after(word("a/US/en", "2", RECOVERED, 900), part, null);
    IncidentTurn closed = IncidentTurn.closed(part, START, "a test");

    assertThat(recovered.said()).isNull();
    assertThat(recovered.incident().getEnded()).isTrue();
    assertThat(closed.said()).isNull();
    assertThat(closed.incident().getEnded()).isTrue();
  }

  @Test
  void theWholeListsTheSegmentsWhoseIncidentsAreOpenAndKeepsThemInUpdates() {
    List<String> open = List.of("a/US/en", "all#quality", "b/*/*#quality", "all", "c/US/en");

    IncidentTurn opened =
        IncidentTurn.after(word("all", "1", OPENED, 30), null, null, open, WINDOW);
    IncidentTurn updated = after(word("all", "1", UPDATED, 300), opened.incident(), null);
    IncidentTurn ofQuality =
        IncidentTurn.after(
            word("all", "2", OPENED, 30, DriftKind.QUALITY), null, null, open, WINDOW);

    assertThat(opened.said().getSegments()).containsExactly("a/US/en", "c/US/en");
    assertThat(updated.said().getSegments()).containsExactly("a/US/en", "c/US/en");
    assertThat(ofQuality.said().getSegments()).containsExactly("b/*/*");
  }

  @Test
  void theWholeListsFiftySegmentsAtMost() {
    List<String> open = IntStream.range(0, 70).mapToObj("t%d/US/en"::formatted).toList();

    IncidentTurn turn = IncidentTurn.after(word("all", "1", OPENED, 30), null, null, open, WINDOW);

    assertThat(turn.said().getSegments()).hasSize(50).startsWith("t0/US/en");
  }

  @Test
  void anEndFromOutsideSaysWhen() {
    IncidentState known = incident(word("a/US/en", "1", OPENED, 150));

    IncidentTurn turn = IncidentTurn.closed(known, START.plusSeconds(900), "a test");

    assertThat(turn.said().getEvent()).isEqualTo(CLOSED);
    assertThat(turn.said().getClosedBy()).isEqualTo("a test");
    assertThat(turn.said().getDetectedAt()).isEqualTo(START.plusSeconds(900));
    assertThat(turn.said().getMessage()).isEqualTo("Drift of segment a/US/en ended with a test.");
    assertThat(turn.incident().getAlert()).isEqualTo(turn.said());
    assertThat(known.getEnded()).isFalse();
  }

  /** Words of a whole and eight segments in random order, each with some that come twice. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whateverComesAnIncidentIsOpenedOnceAndNothingIsSaidAfterItsEnd(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, IncidentState> incidents = new HashMap<>();
    Map<String, DriftAlert> lastWords = new HashMap<>();
    Map<String, List<AlertEvent>> saidOf = new HashMap<>();
    for (int i = 0; i < 5000; i++) {
      String segment = random.nextInt(5) == 0 ? "all" : "t%d/US/en".formatted(random.nextInt(8));
      DriftAlert last = lastWords.get(segment);
      DriftAlert word =
          last == null || isEnd(last.getEvent())
              ? word(segment, segment + i, OPENED, 30)
              : word(segment, last.getAlertId(), next(random), last.getIncidentPredictions() + 80);
      lastWords.put(segment, word);
      for (int times = random.nextInt(4) == 0 ? 2 : 1; times > 0; times--) {
        IncidentState whole = incidents.get("all");
        IncidentTurn turn =
            after(word, incidents.get(segment), whole == null || whole.getEnded() ? null : whole);
        if (turn != null) {
          incidents.put(segment, turn.incident());
          if (turn.whole() != null) {
            incidents.put("all", turn.whole());
          }
          if (turn.said() != null) {
            saidOf
                .computeIfAbsent(turn.said().getAlertId(), id -> new ArrayList<>())
                .add(turn.said().getEvent());
          }
        }
      }
    }

    assertThat(saidOf).hasSizeGreaterThan(100);
    assertThat(saidOf.values())
        .allSatisfy(
            said -> {
              assertThat(said).startsWith(OPENED).containsOnlyOnce(OPENED);
              assertThat(said.subList(0, said.size() - 1)).noneMatch(IncidentTurnTest::isEnd);
            });
    incidents
        .values()
        .forEach(
            incident ->
                assertThat(incident.getEnded())
                    .isEqualTo(isEnd(lastWords.get(incident.getAlert().getSegment()).getEvent())));
  }

  private static AlertEvent next(SplittableRandom random) {
    return random.nextInt(4) > 0 ? UPDATED : random.nextBoolean() ? RECOVERED : CLOSED;
  }

  private static boolean isEnd(AlertEvent event) {
    return event == RECOVERED || event == CLOSED;
  }
}
