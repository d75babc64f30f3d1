package dev.prefstream.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.schemas.avro.TicketContext;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway") // A null that is not expected fails the test.
class SegmentsTest {

  private static String of(String tenant, String region, String language) {
    return Segments.of(
        TicketContext.newBuilder()
            .setTenantId(tenant)
            .setRegion(region)
            .setLanguage(language)
            .setCreatedAt(DriftDriver.START)
            .build());
  }

  @Test
  void areOfTenantRegionAndPrimaryLanguage() {
    assertThat(of("a", "us", "pt-BR")).isEqualTo("a/US/pt");
    assertThat(of("a", null, " ")).isEqualTo("a/-/-");
    assertThat(of("a/b%", "US", "en")).isEqualTo("a%2Fb%25/US/en");
  }

  @Test
  void saysWhatTheyAreMadeOf() {
    assertThat(Segments.tenant("a%2Fb/US/en")).isEqualTo("a%2Fb");
    assertThat(Segments.language("a%2Fb/US/en")).isEqualTo("en");
    assertThat(Segments.inWords("a/US/en")).isEqualTo("segment a/US/en");
    assertThat(Segments.inWords("all")).isEqualTo("the whole stream");
  }

  @Test
  void labelsSpeakForAllOfATenant() {
    assertThat(Segments.labelled(of("a/b", "US", "en"))).isEqualTo(Segments.ofTenant("a/b"));
    assertThat(Segments.labelled("all")).isEqualTo("all");
  }
}
