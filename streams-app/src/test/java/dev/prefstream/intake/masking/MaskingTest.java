package dev.prefstream.intake.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
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
        "Mail anna@example.org. Nothing works... | Mail [EMAIL]. Nothing works...",
        "anna@example.org... | [EMAIL]...",
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
        "AKIAIOSFODNN7EXAMPLE | [TOKEN]",
        "{\"password\": \"hunter\", \"pin\":1234} | {\"password\": \"[TOKEN]\", \"pin\":[TOKEN]}",
        "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ== | Authorization: Basic [TOKEN]",
        "postgres://anna:hunter2@db:5432/x | postgres://anna:[TOKEN]@db:5432/x"
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
        "user@.org and user@home. and user@home.x.",
        "order 4711, 12 pieces at 3.50",
        "{\"password\": null, \"token\": true}",
        "http://localhost:8080/a@b",
        "54585",
        ""
      })
  void leavesTheRest(String text) {
    assertThat(ALL.mask(text).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "What is your password?~qwerty!23 | What is your password?~[TOKEN]",
        "Agent: May I have your PIN?~~Anna: 54585 | Agent: May I have your PIN?~~Anna: [TOKEN]",
        "What is your password? Customer: abc123 | What is your password? Customer: [TOKEN]",
        "Please provide your user name and password.~nani 54585 | Please provide your user name and password.~[TOKEN]",
        "user name and password?~lila~4685 | user name and password?~lila~[TOKEN]",
        "Your password:~hunter2~Thanks 100 times | Your password:~[TOKEN]~Thanks 100 times",
        "Security code?~it is 4821, thanks | Security code?~it is [TOKEN], thanks",
        "Your account number?~> 123-45-6789 | Your account number?~> [TOKEN]"
      })
  void replacesTheAnswerToAQuestionForASecret(String text, String masked) {
    assertThat(ALL.mask(text.replace('~', '\n')).text()).isEqualTo(masked.replace('~', '\n'));
    assertThat(ALL.mask(text.replace("~", "\r\n")).text()).isEqualTo(masked.replace("~", "\r\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "What is your password?~yes",
        "What is your password?~I do not know",
        "What is your password?~I changed it on 2026-03-02 or so",
        "What is your password?~2026-03-02",
        "What is your password?~10.4.2",
        "What is your password?~$25",
        "What is your password?",
        "What is your password?~",
        "What is your password?~~~~~54585",
        "What is your name?~54585",
        "How do I reset my password?~windows11",
        "The password does not work?~error404",
        "My password fails.~error404",
        "We changed the PIN policy. Could you give it a try?~error404",
        "CVV-4711 was closed.~error404"
      })
  void leavesWhatAnswersNoQuestionForASecret(String text) {
    String lines = text.replace('~', '\n');

    assertThat(ALL.mask(lines).text()).isEqualTo(lines);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "54585 | [TOKEN]",
        "' 4585 ' | ' [TOKEN] '",
        "qwerty!23 | [TOKEN]",
        "P@ssw0rd | [TOKEN]",
        "2065550100 | [PHONE]",
        "210 | 210",
        "2026 | 2026",
        "20260302 | 20260302",
        "02032026 | 02032026",
        "windows11 | windows11",
        "error404! | error404!",
        "react@18.2.0 | react@18.2.0",
        "/usr/lib64#x | /usr/lib64#x",
        "order 54585 | order 54585"
      })
  void replacesASecretThatIsAllATicketSays(String text, String masked) {
    assertThat(ALL.mask("", text).body().text()).isEqualTo(masked);
    assertThat(ALL.mask(text, " ").subject().text()).isEqualTo(masked);
    Masking.MaskedTicket beside = ALL.mask("order", text);
    assertThat(beside.body().text())
        .as("with a subject only what is found anywhere")
        .isEqualTo(ALL.mask(text).text());
  }

  @Test
  void readsTheSubjectAsTheQuestionThatTheBodyAnswers() {
    assertThat(ALL.mask("Your password", "hunter2\nplease help").body().text())
        .isEqualTo("[TOKEN]\nplease help");
    assertThat(ALL.mask("What is your PIN? Thanks", "4585").body().text()).isEqualTo("4585");
    assertThat(ALL.mask("Cannot reset my password", "error404").body().text())
        .isEqualTo("error404");
  }

  @ParameterizedTest
  @CsvSource({
    "password, hunter, [TOKEN]",
    "dbPassword, a b, [TOKEN]",
    "line.api_key, x, [TOKEN]",
    "PIN, 0042, [TOKEN]",
    "password, true, true",
    "password, '', ''",
    "pin_required, 4585, 4585",
    "spin, 4585, 4585",
    "tokens, 4585, 4585",
    "turn, 54585, 54585",
    "from, a@b.org, [EMAIL]"
  })
  void replacesTheValueOfAFieldThatHoldsASecret(String name, String value, String masked) {
    assertThat(ALL.maskField(name, value).text()).isEqualTo(masked);
    assertThat(new Masking(Set.of(PersonalKind.IBAN)).maskField(name, value).text())
        .isEqualTo(value);
  }

  /** Of a mail address in which a number is taken for a secret nothing must stay behind. */
  @Test
  void whatOverlapsIsReplacedTogether() {
    assertThat(ALL.mask("What is your user name?\nit is anna 5353 gmail com").text())
        .isEqualTo("What is your user name?\nit is [TOKEN]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud800", "\u0000", "\u2028", "\uD83D\uDE00", "'", "[", "?", "\\"})
  void takesAnyCharactersAsAnswersAndQuestions(String odd) {
    assertThat(ALL.mask("What is your PIN?\n" + odd + "458").text()).doesNotContain("458");
  }

  @Test
  void replacesOnlyTheChosenKindsAndCountsThem() {
    Masking mails = new Masking(Set.of(PersonalKind.EMAIL));

    Masking.Masked masked = mails.mask("a@b.org, c@d.org, +49 30 12345678");

    assertThat(masked.text()).isEqualTo("[EMAIL], [EMAIL], +49 30 12345678");
    assertThat(masked.found()).isEqualTo(Map.of(PersonalKind.EMAIL, 2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "anna@example.org | [EMAIL]",
        "help@example.org | help@example.org",
        "HELP@example.org | HELP@example.org",
        "help@example.org.uk | [EMAIL]",
        "+49 30 123456-78 | +49 30 123456-78",
        "password: hunter | password: [TOKEN]"
      })
  void leavesTermsInTheClearAndWhatMerelyBeginsAsOneDoesNot(String text, String masked) {
    Masking except = ALL.except(List.of("help@example.org", "+49 (30) 12345678", "hunter", "-"));

    assertThat(except.mask("It is " + text + " here.").text())
        .isEqualTo("It is " + masked + " here.");
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
        "-----BEGIN PRIVATE KEY",
        "password?\n",
        "password?\n1 ",
        "your password\n",
        "your ",
        "password \" : ",
        "://a:",
        "://a:b"
      })
  void takesTimeLinearInTheTextWhateverItHolds(String piece) {
    String text = piece.repeat((1 << 19) / piece.length());

    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          ALL.mask("", text);
          ALL.mask(text, "458");
          ALL.maskField(text, text);
        });
  }
}
