package dev.prefstream.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.intake.masking.Masking.Masked;
import dev.prefstream.schemas.avro.PersonalData;
import dev.prefstream.schemas.avro.PreferenceSettings;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.schemas.avro.SettingsInForce;
import dev.prefstream.schemas.avro.Ticket;
import dev.prefstream.streamsapp.StageDriver;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Responses made of sentences with personal data, under masking and known terms drawn by chance.
 */
class MaskedResponsesPropertiesTest {

  /** What stands in a sentence, and of what kind it is. */
  private record Datum(PersonalData kind, String written) {
    String sentence() {
      return "We have %s here.".formatted(written);
    }
  }

  private static final List<Datum> DATA =
      List.of(
          new Datum(PersonalData.EMAIL, "anna@example.org"),
          new Datum(PersonalData.EMAIL, "b.c+d@mail.example.com"),
          new Datum(PersonalData.PHONE, "+49 30 12345678"),
          new Datum(PersonalData.PHONE, "206-555-0100"),
          new Datum(PersonalData.CARD, "4111 1111 1111 1111"),
          new Datum(PersonalData.IBAN, "GB82WEST12345698765432"),
          new Datum(PersonalData.TOKEN, "ghp_abcdefghijklmnopqrstuvwxyz0123456789"));

  @Property(tries = 300)
  void nothingOfAMaskedKindIsLeftButTheTenantsOwnAndEachIsCounted(@ForAll Random random) {
    Set<PersonalData> kinds = some(random);
    List<String> terms = drawn(random, random.nextInt(3)).stream().map(Datum::written).toList();
    List<Datum> stated = drawn(random, 1 + random.nextInt(6));
    Predicate<Datum> isMasked =
        each ->
            kinds.contains(each.kind())
                && (each.kind() == PersonalData.TOKEN || !terms.contains(each.written()));

    Masked masked = ResponseText.masked(text(stated), Optional.of(settings(kinds, terms)));

    assertThat(masked.text())
        .isEqualTo(
            stated.stream()
                .map(
                    each ->
                        isMasked.test(each)
                            ? new Datum(each.kind(), "[" + each.kind() + "]").sentence()
                            : each.sentence())
                .collect(Collectors.joining(" ")));
    assertThat(masked.replaced()).isEqualTo((int) stated.stream().filter(isMasked).count());
    assertThat(ResponseText.masked(masked.text(), Optional.of(settings(kinds, terms))).text())
        .as("masked once more")
        .isEqualTo(masked.text());
  }

  @Property(tries = 300)
  void aResponseThatRepeatsWhatItsTicketSaysInventsNothing(@ForAll Random random) {
    SettingsInForce settings = settings(some(random), List.of());
    List<Datum> said = drawn(random, 1 + random.nextInt(6));
    List<Datum> repeated =
        IntStream.range(0, 3).mapToObj(i -> said.get(random.nextInt(said.size()))).toList();
    // Masked as it came, or not yet: its tenant may have wished for it since.
    ScoringRequest ticket = ticket(text(said), random.nextBoolean(), settings);

    ScoringRequest asked =
        Requests.forResponse(
            ticket,
            "R",
            ResponseText.masked(text(repeated), Optional.of(settings)).text(),
            Optional.of(settings),
            Instant.EPOCH);

    assertThat(asked.getFabrication().getInvented()).as("%s / %s", said, repeated).isZero();
  }

  private static ScoringRequest ticket(String body, boolean masked, SettingsInForce settings) {
    Ticket ticket = Ticket.newBuilder().setTicketId("T").setBody(body).build();
    return Requests.forTicket(
        masked ? TicketText.masked(ticket, settings.getSettings(), found -> {}) : ticket,
        Map.of(),
        Instant.EPOCH,
        Instant.EPOCH);
  }

  private static String text(List<Datum> data) {
    return data.stream().map(Datum::sentence).collect(Collectors.joining(" "));
  }

  private static List<Datum> drawn(Random random, int count) {
    return IntStream.range(0, count).mapToObj(i -> DATA.get(random.nextInt(DATA.size()))).toList();
  }

  private static Set<PersonalData> some(Random random) {
    return EnumSet.allOf(PersonalData.class).stream()
        .filter(each -> random.nextInt(3) > 0)
        .collect(Collectors.toSet());
  }

  private static SettingsInForce settings(Set<PersonalData> kinds, List<String> terms) {
    return new SettingsInForce(
        PreferenceSettings.newBuilder()
            .setTenantId("careful")
            .setMasking(List.copyOf(kinds))
            .setKnownTerms(terms)
            .setUpdatedAt(StageDriver.START)
            .build(),
        "0-0");
  }
}
