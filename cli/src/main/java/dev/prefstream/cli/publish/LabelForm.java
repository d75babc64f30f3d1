package dev.prefstream.cli.publish;

import static dev.prefstream.runtime.failure.PoisonReason.INVALID_FIELD;

import com.fasterxml.jackson.databind.JsonNode;
import dev.prefstream.runtime.failure.PoisonException;
import dev.prefstream.schemas.avro.ExpertLabel;
import dev.prefstream.schemas.avro.Route;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An expert's label: {@code {"ticket_id", "label": "urgent" | "standard"}} or {@code "urgent": true
 * | false}. Other fields are not read, so that a file of labelled tickets serves as it is.
 */
final class LabelForm implements LineForm<ExpertLabel> {

  private static final List<String> ID = List.of("ticket_id", "id");

  private final Clock clock;

  LabelForm(Clock clock) {
    this.clock = clock;
  }

  @Override
  public List<String> keyFields() {
    return ID;
  }

  @Override
  public List<Outcome<ExpertLabel>> read(Fields line) {
    String ticket = line.id(ID);
    Instant labelled = line.time("labelled_at");
    return List.of(
        Outcome.accepted(
            ticket,
            ExpertLabel.newBuilder()
                .setTicketId(ticket)
                .setLabel(route(line))
                .setLabelledBy(line.word("labelled_by"))
                .setLabelledAt(labelled == null ? clock.instant() : labelled)
                .setDomain(line.word("domain"))
                .setComment(line.text("comment"))
                .build()));
  }

  private static Route route(Fields line) {
    Route byWord = byWord(line.word("label"));
    Route byFlag = byFlag(line.take("urgent"));
    if (byWord != null && byFlag != null && byWord != byFlag) {
      throw new PoisonException(INVALID_FIELD, "label and urgent contradict each other: give one");
    }
    if (byWord != null) {
      return byWord;
    }
    if (byFlag != null) {
      return byFlag;
    }
    throw new PoisonException(
        INVALID_FIELD, "there is no label: give \"label\": \"urgent\" or \"standard\"");
  }

  private static @Nullable Route byWord(@Nullable String word) {
    if (word == null) {
      return null;
    }
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "urgent" -> Route.URGENT;
      case "standard" -> Route.STANDARD;
      default ->
          throw new PoisonException(INVALID_FIELD, "label must be \"urgent\" or \"standard\"");
    };
  }

  private static @Nullable Route byFlag(@Nullable JsonNode flag) {
    if (flag == null) {
      return null;
    }
    if (!flag.isBoolean()) {
      throw Fields.wrongType("urgent", flag, "true or false");
    }
    return flag.asBoolean() ? Route.URGENT : Route.STANDARD;
  }
}
