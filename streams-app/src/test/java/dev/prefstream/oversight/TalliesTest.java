package dev.prefstream.oversight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.schemas.avro.Tally;
import org.junit.jupiter.api.Test;

class TalliesTest {

  @Test
  void noneIsWhatTheSchemaSays() {
    assertThat(Tallies.none()).isEqualTo(Tally.newBuilder().build());
  }
}
