package dev.prefstream.intake.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaskingTest {

  private static final Masking ALL = new Masking(EnumSet.allOf(PersonalKind.class));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "write to anna.b+x@mail.example.co.uk, please | write to [EMAIL], please",
        "<anna@example.org> | <[EMAIL]>",
        "it is vasuki 53 gmail com thanks | it is [EMAIL] thanks",
        "anna at gmail dot com | [EMAIL]",
        "card 4111 1111 1111 1111 exp 12/29 | card [CARD] exp 12/29",
        "5500-0000-0000-0004 | [CARD]",
        "my card is 1234567890123 | my card is [CARD]",
        "credit card no 4594 | credit card no [CARD]",
        "my card number is 1234 5678 12 | my card number is [CARD]",
        "yes 9485 8457 5484 8787 | yes [CARD]",
        "call +49 (30) 1234-5678 now | call [PHONE] now",
        "my number is 206-555-0100. | my number is [PHONE].",
        "phone 555 0100 | phone [PHONE]",
        "06 12 34 56 78 | [PHONE]",
        "pay to DE89 3704 0044 0532 0130 00 today | pay to [IBAN] today",
        "GB82WEST12345698765432 | [IBAN]",
        "password: hunter | password: [TOKEN]",
        "my password is hunter2. | my password is [TOKEN].",
        "my pasword is hunter | my pasword is [TOKEN]",
        "name anna passowrd abc 123 | name anna passowrd [TOKEN]",
        "the password is 8248 xkg. | the password is [TOKEN].",
        "the pin was 8248 thanks | the pin was [TOKEN] thanks",
        "my password is yamaha 544 and my name is Jo | my password is [TOKEN] and my name is Jo",
        "api_key=abcdef | api_key=[TOKEN]",
        "Authorization: Bearer a1b2c3d4 | Authorization: Bearer [TOKEN]",
        "use ghp_abcdefghijklmnopqrstuvwxyz0123456789 | use [TOKEN]",
        "AKIAIOSFODNN7EXAMPLE | [TOKEN]"
      })
  void replacesPersonalData(String text, String masked) {
    assertThat(ALL.mask(text).text()).isEqualTo(masked);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "my password is wrong and I cannot log in",
        "link-4-4-4-4-4-4-4-4-4-4-4-4-4-4-4-28",
        "GHSA-269g-pw p5-87pp",
        "the password is rejected",
        "Password is required",
        "my password is case sensitive",
        "password expired 90 days ago",
        "the password must have 12 characters",
        "password reset fails since 10.4.2",
        "token bucket 200",
        "my card ending in 4242 was charged 1999",
        "on 2026-03-02 08:15:00 it failed with ORA-00942",
        "version 10.4.2 on 192.168.100.12",
        "1234 5678 9012 3456 7",
        "DE88 3704 0044 0532 0130 00 fails its check",
        "the hash is 3f786850e387550fdab836ed7e6dc881de23001b",
        "user@ and @home",
        "order 4711, 12 pieces at 3.50",
        ""
      })
  void leavesTheRest(String text) {
    assertThat(ALL.mask(text).text()).isEqualTo(text);
  }

  @Test
  void replacesOnlyTheChosenKindsAndCountsThem() {
    Masking mails = new Masking(Set.of(PersonalKind.EMAIL));

    Masking.Masked masked = mails.mask("a@b.org, c@d.org, +49 30 12345678");

    assertThat(masked.text()).isEqualTo("[EMAIL], [EMAIL], +49 30 12345678");
    assertThat(masked.found()).isEqualTo(Map.of(PersonalKind.EMAIL, 2));
  }

  @Test
  void replacesAPrivateKeyWhole() {
    String key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nabc\n-----END RSA PRIVATE KEY-----";

    assertThat(ALL.mask("before\n" + key + "\nafter").text()).isEqualTo("before\n[TOKEN]\nafter");
  }

  @Test
  void whatIsMaskedOnceStaysAsItIs() {
    String once = ALL.mask("anna@example.org, password: x7, 4111111111111111").text();

    assertThat(ALL.mask(once).text()).isEqualTo(once);
  }

  /** A search that goes back and forth would take hours here. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "1",
        "@",
        ".",
        "-",
        " ",
        "1 ",
        "12-",
        "a@",
        "a.",
        "a@a.",
        "password ",
        "pin1 ",
        "password:",
        "eyJ",
        "sk-",
        "DE89 ",
        "+1 ",
        "(",
        "gmail",
        "gmail com ",
        "a 1 gmail",
        "-----BEGIN ",
        "card 1",
        "-----BEGIN PRIVATE KEY"
      })
  void takesTimeLinearInTheTextWhateverItHolds(String piece) {
    String text = piece.repeat((1 << 19) / piece.length());

    assertTimeoutPreemptively(Duration.ofSeconds(60), () -> ALL.mask(text));
  }
}
