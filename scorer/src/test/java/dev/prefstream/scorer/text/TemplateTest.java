package dev.prefstream.scorer.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefstream.scorer.Requests;
import dev.prefstream.scorer.model.ScoringText;
import org.junit.jupiter.api.Test;

class TemplateTest {

  @Test
  void fillsFieldsAndNeverReadsTheirContentAsTemplate() {
    ScoringText text =
        new Template("{subject}\n\n{body}", null)
            .apply(Requests.ticket("t", "{body}", "about {subject}"));

    assertThat(text).isEqualTo(new ScoringText("{body}\n\nabout {subject}", null));
  }

  @Test
  void givesAPairWhenThereIsOne() {
    ScoringText text =
        new Template("{subject}: {body}", "{response}")
            .apply(Requests.response("t", "r", "Try again."));

    assertThat(text).isEqualTo(new ScoringText("Printer: It jams.", "Try again."));
  }

  @Test
  void refusesUnknownFields() {
    assertThatThrownBy(() -> new Template("{title}", null))
        .hasMessage("found {title}, expected one of {body}, {response}, {subject}");
  }
}
