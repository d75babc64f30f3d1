package dev.prefstream.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.schemas.avro.Response;
import dev.prefstream.schemas.avro.Ticket;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SampleTrafficTest {

  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

  @Test
  void isTheSameForTheSameSeed() {
    assertThat(samples(7, 300)).isEqualTo(samples(7, 300)).isNotEqualTo(samples(8, 300));
  }

  @Test
  void fillsEverySlot() {
    for (SampleTraffic.Sample sample : samples(1, 5_000)) {
      Ticket ticket = sample.ticket();
      assertThat(ticket.getSubject() + ticket.getBody()).doesNotContainPattern("\\{[a-z_]+}");
      for (Response response : sample.responses()) {
        assertThat(response.getText()).doesNotContainPattern("\\{[a-z_]+}");
      }
    }
  }

  @Test
  void comesFromSeveralTenantsRegionsAndLanguages() {
    List<SampleTraffic.Sample> samples = samples(1, 1_000);

    assertThat(distinct(samples, Ticket::getTenantId)).isGreaterThanOrEqualTo(4);
    assertThat(distinct(samples, Ticket::getRegion)).isGreaterThanOrEqualTo(5);
    assertThat(distinct(samples, Ticket::getLanguage)).isGreaterThanOrEqualTo(5);
    assertThat(distinct(samples, Ticket::getTicketId)).isEqualTo(1_000);
  }

  @Test
  void offersResponsesToTheirOwnTicket() {
    List<SampleTraffic.Sample> samples = samples(1, 1_000);

    assertThat(samples).anyMatch(sample -> sample.responses().size() > 1);
    assertThat(samples)
        .allSatisfy(
            sample ->
                assertThat(sample.responses())
                    .allMatch(r -> r.getTicketId().equals(sample.ticket().getTicketId()))
                    .extracting(Response::getResponseId)
                    .doesNotHaveDuplicates());
  }

  @Test
  void tellsWhenTheDriftSetsIn() {
    SampleTraffic traffic = new SampleTraffic("t-", 3, 1);
    for (int i = 0; i < 3; i++) {
      assertThat(traffic.drifting()).isFalse();
      traffic.next(NOW);
    }

    assertThat(traffic.drifting()).isTrue();
  }

  private static List<SampleTraffic.Sample> samples(long seed, int count) {
    SampleTraffic traffic = new SampleTraffic("t-", count / 2, seed);
    return Stream.generate(() -> traffic.next(NOW)).limit(count).toList();
  }

  private static long distinct(
      List<SampleTraffic.Sample> samples, java.util.function.Function<Ticket, String> property) {
    return samples.stream().map(SampleTraffic.Sample::ticket).map(property).distinct().count();
  }
}
