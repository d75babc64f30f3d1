package dev.prefstream.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.schemas.avro.Attachment;
import dev.prefstream.schemas.avro.Ticket;
import dev.prefstream.schemas.avro.Votes;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ContentDigestTest {

  @Test
  void differsWhenAnyFieldDiffers() {
    Set<String> digests = new HashSet<>();
    digests.add(ContentDigest.of(ticket().build()));
    digests.add(ContentDigest.of(ticket().setBody("other").build()));
    digests.add(ContentDigest.of(ticket().setSubject("text").setBody("").build()));
    digests.add(ContentDigest.of(ticket().setTenantId("other").build()));
    digests.add(ContentDigest.of(ticket().setRegion("US").build()));
    digests.add(ContentDigest.of(ticket().setLanguage("US").build()));
    digests.add(ContentDigest.of(ticket().setCreatedAt(Instant.EPOCH).build()));
    digests.add(ContentDigest.of(ticket().setUpdatedAt(Instant.EPOCH).build()));
    digests.add(ContentDigest.of(ticket().setVotes(new Votes(1, 2)).build()));
    digests.add(ContentDigest.of(ticket().setVotes(new Votes(12, 0)).build()));
    digests.add(ContentDigest.of(ticket().setMetadata(Map.of("a", "bc")).build()));
    digests.add(ContentDigest.of(ticket().setMetadata(Map.of("ab", "c")).build()));
    digests.add(
        ContentDigest.of(
            ticket()
                .setAttachments(List.of(new Attachment("file:a", "image/png", null, null)))
                .build()));

    assertThat(digests).hasSize(13).allMatch(digest -> digest.matches("[0-9a-f]{32}"));
  }

  @Test
  void keepsTextsApart() {
    assertThat(ContentDigest.of("ab", "c")).isNotEqualTo(ContentDigest.of("a", "bc"));
  }

  @Test
  void staysTheSameFromReleaseToRelease() {
    assertThat(ContentDigest.of("a")).isEqualTo("72ff6b02949dad95006c343e3db31500");
  }

  private static Ticket.Builder ticket() {
    return Ticket.newBuilder().setTicketId("T-1").setBody("text");
  }
}
