package dev.prefstream.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OnceSummaryTest {

  @Test
  void saysWhenEveryTicketWentOneWay() {
    assertThat(counts(0, 542).oneSided()).isTrue();
    assertThat(counts(3, 0).oneSided()).isTrue();
    assertThat(counts(3, 542).oneSided()).isFalse();
    assertThat(counts(0, 0).oneSided()).as("nothing decided").isFalse();
  }

  private static OnceSummary.Counts counts(long urgent, long standard) {
    return new OnceSummary.Counts(
        urgent + standard, urgent, standard, 0, 0, 0, 0, 0, 0, 0, 0, 0, null);
  }
}
