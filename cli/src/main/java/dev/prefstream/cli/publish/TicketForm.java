package dev.prefstream.cli.publish;

import dev.prefstream.schemas.avro.Ticket;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A ticket. One without text is a ticket too: whether it can be scored is for intake to say, so
 * that one rule holds for every publisher.
 */
final class TicketForm implements LineForm<Ticket> {

  private static final List<String> ID = List.of("ticket_id", "id");

  /** Names other systems give to the body, tried in this order when there is none. */
  private static final List<String> BODIES = List.of("text", "description", "query");

  private static final Pattern COUNTRY = Pattern.compile("[A-Za-z]{2}");
  private static final Pattern LANGUAGE = Pattern.compile("[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*");
  private static final String DEFAULT_TENANT = "default";

  @Override
  public List<String> keyFields() {
    return ID;
  }

  @Override
  public List<Outcome<Ticket>> read(Fields line) {
    String id = line.id(ID);
    String subject = line.text("subject");
    String body = body(line);
    String tenant = line.word("tenant_id");
    String region = line.word("region");
    String language = line.word("language");
    String country = ofForm(COUNTRY, region);
    String tag = ofForm(LANGUAGE, language);
    Ticket.Builder ticket =
        Ticket.newBuilder()
            .setTicketId(id)
            .setTenantId(tenant == null ? DEFAULT_TENANT : tenant)
            .setSubject(subject == null ? "" : subject)
            .setBody(body == null ? "" : body)
            .setRegion(country == null ? null : country.toUpperCase(Locale.ROOT))
            .setLanguage(tag == null ? null : tag.replace('_', '-'))
            .setChannel(line.word("channel"))
            .setCreatedAt(line.time("created_at"))
            .setUpdatedAt(line.time("updated_at"))
            .setVotes(Metadata.votes(line))
            .setAttachments(Metadata.attachments(line))
            .setAuditGroup(line.word("audit_group"))
            .setDomain(line.word("domain"));
    Map<String, String> metadata = Metadata.of(line);
    keep(metadata, "region", country == null ? region : null);
    keep(metadata, "language", tag == null ? language : null);
    return List.of(Outcome.accepted(id, ticket.setMetadata(metadata).build()));
  }

  private static @Nullable String body(Fields line) {
    String body = line.text("body");
    for (String name : BODIES) {
      if (body != null && !body.isBlank()) {
        return body;
      }
      if (line.has(name)) {
        body = line.text(name);
      }
    }
    return body;
  }

  private static @Nullable String ofForm(Pattern form, @Nullable String value) {
    return value != null && form.matcher(value).matches() ? value : null;
  }

  /** A value that does not have the form of its field stays as metadata. */
  private static void keep(Map<String, String> metadata, String name, @Nullable String value) {
    if (value != null) {
      metadata.putIfAbsent(name, value);
    }
  }
}
