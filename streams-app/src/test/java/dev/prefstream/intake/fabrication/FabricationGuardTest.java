package dev.prefstream.intake.fabrication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.prefstream.intake.fabrication.FabricationGuard.Finding;
import dev.prefstream.intake.fabrication.Specific.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FabricationGuardTest {

  private static final String TICKET =
      "Since 4.2.1 the call cache.flushAll() fails with ORA-00942 on db-7,\nsee https://help.acme.example/kb/12 and /etc/acme/agent.conf. It took 1,500 ms.";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Please update to 4.3.0 | VERSION | 4.3.0",
        "Please update to version 7 | VERSION | version 7",
        "Call resetSession(true) first | FUNCTION | resetSession(true)",
        "Set max_retries to a high value | FUNCTION | max_retries",
        "Start it with --force-sync | FUNCTION | --force-sync",
        "Read https://docs.acme.example/flush. | LINK | https://docs.acme.example/flush",
        "Write to care@acme.example | LINK | care@acme.example",
        "Edit /etc/acme/other.conf | PATH | /etc/acme/other.conf",
        "Look at C:\\Acme\\agent.log | PATH | C:\\Acme\\agent.log",
        "That is ERR-4031 | ERROR_CODE | ERR-4031",
        "That is 0x80070057 | ERROR_CODE | 0x80070057",
        "It takes 45 minutes | NUMBER | 45",
        "It costs $129.90 a year | NUMBER | $129.90"
      })
  void findsWhatTheTicketDoesNotSay(String response, Kind kind, String written) {
    Finding finding = FabricationGuard.of(TICKET, List.of()).check(response);

    assertThat(finding.invented()).hasSize(1);
    Specific invented = finding.invented().get(0);
    assertThat(invented.kind()).isEqualTo(kind);
    assertThat(response.substring(invented.start(), invented.end())).isEqualTo(written);
    assertThat(finding.risk()).isCloseTo(invented.weight(), within(1e-12));
  }

  /** More than the default of decision.max-fabrication-risk, with nothing else invented. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Call +49 (30) 1234-5678 now | +49 (30) 1234-5678",
        "Call 1-800-222-1222. | 1-800-222-1222",
        "Call (206) 555-0100, please | (206) 555-0100",
        "It is 206 555 0100 | 206 555 0100",
        "Call 555-0134 | 555-0134",
        "Open port 8443 first | 8443",
        "See #4711 | 4711",
        "Your ticket number is 48213 | 48213",
        "We closed order 20431 | 20431",
        "It costs $129.90 a year | $129.90",
        "It takes 437 minutes | 437",
        "Wait 1,250 ms | 1,250",
        "It was up for 98.75% of the time | 98.75%"
      })
  void aNumberThatIsKnownOrMadeUpIsHeldBackAlone(String response, String written) {
    Finding finding = FabricationGuard.of(TICKET, List.of()).check(response);

    assertThat(finding.invented())
        .extracting(each -> response.substring(each.start(), each.end()))
        .containsExactly(written);
    assertThat(finding.risk()).isEqualTo(0.5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "It takes 20 minutes",
        "It takes 150 minutes",
        "It costs $500",
        "We order 20 of them",
        "It began in 1995",
        "It was 2019-03-02",
        "About 60% of it",
        "From 1862-1863",
        "There are 437 of them"
      })
  void aNumberOfGeneralKnowledgeIsNotHeldBackAlone(String response) {
    assertThat(FabricationGuard.of(TICKET, List.of()).check(response).risk()).isLessThan(0.4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "call me at +1 206 555 0100 | We called (206) 555-0100.",
        "call me at 206-555-0100 | We called 555-0100.",
        "call me at 555-0100 | We called +1 (206) 555-0100.",
        "call me at 030 1234567 | We called +49 30 1234567.",
        "call me at 2065550100 | We called 206 555 0100.",
        "it listens on 8443 | Open port 8443.",
        "order 20431 is late | Order number 20431 is on its way."
      })
  void aNumberOfTheTicketWrittenOtherwiseIsNoInvention(String ticket, String response) {
    assertThat(FabricationGuard.of(ticket, List.of()).check(response).invented()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "The call cache.flushAll() of v4.2.1 is known to fail; flushAll needs rights.",
        "Any 4.2 release is affected: version 4.2 reads /etc/acme/agent.conf",
        "ORA-00942 means that a table is missing. See help.acme.example/kb/12.",
        "1500 ms is too long.",
        "1. Stop it.\n2. Start it.\n10. Tell us.",
        "Try it 3 times.",
        "Thank you for your patience."
      })
  void acceptsWhatTheTicketSays(String response) {
    assertThat(FabricationGuard.of(TICKET, List.of()).check(response).invented()).isEmpty();
  }

  @Test
  void acceptsTheTenantsKnownTerms() {
    List<String> terms = List.of("Acme Agent 5.0.0", "docs.acme.example", "resetSession");

    assertThat(
            FabricationGuard.of(TICKET, terms)
                .check("Update to 5.0.0, call resetSession() and read https://docs.acme.example/a")
                .invented())
        .isEmpty();
  }

  @Test
  void countsTheSameInventionOnce() {
    FabricationGuard guard = FabricationGuard.of(TICKET, List.of());

    assertThat(guard.check("ERR-4031 and ERR-4031").risk())
        .isEqualTo(guard.check("ERR-4031").risk());
    assertThat(guard.check("ERR-4031 and ERR-4032").risk()).isCloseTo(1 - 0.4 * 0.4, within(1e-12));
  }

  @Property(tries = 300)
  void aResponseThatQuotesItsTicketInventsNothing(@ForAll Random random) {
    List<String> pieces =
        List.of(
            "v4.2.1",
            "flush_cache()",
            "https://a.example/x?y=1",
            "/var/log/a.log",
            "ERR-12",
            "1,204",
            "98.5%",
            "a.b.c",
            "hello",
            "--dry-run",
            "C:\\x\\y",
            "12",
            "0xDEADBEEF");
    String source =
        IntStream.range(0, 12)
            .mapToObj(i -> pieces.get(random.nextInt(pieces.size())))
            .collect(Collectors.joining(" and "));
    List<String> parts = List.of(source.split(" and "));
    String response =
        IntStream.range(0, 6)
            .mapToObj(i -> parts.get(random.nextInt(parts.size())))
            .collect(Collectors.joining(" then "));

    Finding finding = FabricationGuard.of(source, List.of()).check(response);

    assertThat(finding.invented()).as("%s / %s", source, response).isEmpty();
    assertThat(finding.risk()).isZero();
  }

  /** A search that goes back and forth would take hours here. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "1",
        ".",
        "a.",
        "1.",
        "/",
        "/a",
        "a_",
        "aA",
        "--a",
        "a(",
        "::a",
        "a@",
        "http://",
        "A-1",
        "0x0",
        "v1.",
        "1,",
        "www.",
        "C:\\",
        "((",
        "version ",
        "+1 ",
        "(206) ",
        "206-",
        "port 1"
      })
  void takesTimeLinearInTheTextWhateverItHolds(String piece) {
    String text = piece.repeat((1 << 18) / piece.length());

    assertTimeoutPreemptively(
        Duration.ofSeconds(60), () -> FabricationGuard.of(text, List.of()).check(text));
  }
}
