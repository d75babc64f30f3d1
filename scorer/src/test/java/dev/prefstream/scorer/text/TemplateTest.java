package dev.prefstream.scorer.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.scorer.Requests;
import dev.prefstream.scorer.model.ScoringText;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** Who wrote is for settings and audits: no model may be told. */
  @Test
  void neverTellsWhoWrote() {
    ScoringRequest plain = Requests.response("t", "r", "Try again.");
    ScoringRequest known = Requests.response("t", "r", "Try again.");
    known.getContext().setAuditGroup("group-x");
    known.getContext().setTenantId("acme");
    known.getContext().setRegion("JP");
    known.getContext().setLanguage("ja");
    known.getContext().setChannel("chat");
    known.getContext().setDomain("technical");
    known.getContext().setMetadata(Map.of("customer", "c-7"));
    Template everything = new Template("{subject} {body}", "{response}");

    assertThat(everything.apply(known)).isEqualTo(everything.apply(plain));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"title", "audit_group", "tenant_id", "region", "language", "domain", "metadata"})
  void refusesUnknownFields(String field) {
    assertThatThrownBy(() -> new Template("{" + field + "}", null))
        .hasMessage("found {%s}, expected one of {body}, {response}, {subject}".formatted(field));
    assertThatThrownBy(() -> new Template("{body}", "{" + field + "}"))
        .hasMessageContaining("found {%s}".formatted(field));
  }
}
