package dev.prefstream.cli.publish;

import dev.prefstream.schemas.Topic;
import dev.prefstream.schemas.Topics;
import dev.prefstream.schemas.avro.ExpertLabel;
import dev.prefstream.schemas.avro.PreferenceSettings;
import dev.prefstream.schemas.avro.Response;
import dev.prefstream.schemas.avro.Ticket;
import java.time.Clock;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/**
 * What a file may hold, and where its records go.
 *
 * @param <V> record class
 */
public final class Input<V extends SpecificRecord> {

  public static final Input<Ticket> TICKETS =
      new Input<>("tickets", Topics.TICKETS, new TicketForm());

  public static final Input<Response> RESPONSES =
      new Input<>("responses", Topics.RESPONSES, new ResponseForm());

  public static final Input<PreferenceSettings> SETTINGS =
      new Input<>("settings", Topics.PREFERENCE_SETTINGS, new SettingsForm(Clock.systemUTC()));

  public static final Input<ExpertLabel> LABELS =
      new Input<>("labels", Topics.EXPERT_LABELS, new LabelForm(Clock.systemUTC()));

  private final String word;
  private final Topic<V> topic;
  private final LineForm<V> form;

  private Input(String word, Topic<V> topic, LineForm<V> form) {
    this.word = word;
    this.topic = topic;
    this.form = form;
  }

  /** All four, in the order in which they are best published. */
  public static List<Input<?>> all() {
    return List.of(SETTINGS, TICKETS, RESPONSES, LABELS);
  }

  /** As on the command line: tickets, responses, settings or labels. */
  public String word() {
    return word;
  }

  /** Where the records go. */
  public Topic<V> topic() {
    return topic;
  }

  LineForm<V> form() {
    return form;
  }
}
