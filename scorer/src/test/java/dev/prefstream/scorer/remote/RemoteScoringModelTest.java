package dev.prefstream.scorer.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefstream.scorer.bundle.BundleException;
import dev.prefstream.scorer.bundle.ModelBundle;
import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.model.ModelException;
import dev.prefstream.scorer.model.ModelSession;
import dev.prefstream.scorer.model.ScoringModel;
import dev.prefstream.scorer.model.ScoringModelContract;
import dev.prefstream.scorer.model.ScoringText;
import dev.prefstream.scorer.onnx.TinyBundle;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a server process that speaks the protocols, well and with faults. */
class RemoteScoringModelTest {

  private static final String TEXT_GOLDEN = "[{\"text\": \"w1 w3\", \"ids\": [], \"logit\": 1.0}]";

  @SuppressWarnings("NullAway.Init") // set before all tests
  private static ServerProcess server;

  @TempDir Path folder;

  @BeforeAll
  static void startServer() {
    server = ServerProcess.start();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @AfterEach
  void mendServer() {
    server.well();
  }

  private static TinyBundle ids(String more) {
    return TinyBundle.urgency()
        .remote("{\"protocol\": \"open-inference\", \"model\": \"tiny\"%s}".formatted(more));
  }

  private static TinyBundle texts(String protocol, String model) {
    return TinyBundle.urgency()
        .remote("{\"protocol\": \"%s\", \"model\": \"%s\"}".formatted(protocol, model))
        .inputs("[\"text\"]")
        .withoutTokenizer()
        .golden(TEXT_GOLDEN);
  }

  private static TinyBundle pooling() {
    return TinyBundle.urgency()
        .remote(
            "{\"protocol\": \"vllm-pooling\", \"model\": \"tiny\", \"pooling_task\": \"token_classify\"}")
        .inputs("[\"input_ids\"]")
        .outputKind("reward");
  }

  private static TinyBundle pairs() {
    return texts("vllm-score", "tiny")
        .template("{\"text\": \"{subject}\", \"pair\": \"{body}\"}")
        .golden("[{\"text\": \"w1\", \"pair\": \"w3\", \"ids\": [], \"logit\": 1.0}]");
  }

  private static ScoringModel open(TinyBundle bundle, Path folder) {
    return open(bundle, folder, access(Duration.ofSeconds(10), BearerToken.none()));
  }

  private static ScoringModel open(TinyBundle bundle, Path folder, RemoteAccess access) {
    return RemoteScoringModel.open(ModelBundle.load(bundle.write(folder)), access);
  }

  private static RemoteAccess access(Duration timeout, BearerToken token) {
    return new RemoteAccess(
        Map.of("", URI.create(server.endpoint())),
        timeout,
        Duration.ZERO,
        Duration.ofDays(1),
        token);
  }

  @Nested
  class OpenInferenceWithIds extends ScoringModelContract {
    @Override
    protected ScoringModel open() {
      return RemoteScoringModelTest.open(ids(""), folder);
    }
  }

  @Nested
  class OpenInferenceWithTexts extends ScoringModelContract {
    @Override
    protected ScoringModel open() {
      return RemoteScoringModelTest.open(texts("open-inference", "texts"), folder);
    }
  }

  @Nested
  class VllmPoolingWithIds extends ScoringModelContract {
    @Override
    protected ScoringModel open() {
      return RemoteScoringModelTest.open(pooling(), folder);
    }
  }

  @Nested
  class VllmClassify extends ScoringModelContract {
    @Override
    protected ScoringModel open() {
      return RemoteScoringModelTest.open(
          texts("vllm-classify", "tiny")
              .outputKind("two-class")
              .golden("[{\"text\": \"w1 w3\", \"ids\": [], \"logit\": 2.0}]"),
          folder);
    }
  }

  @Nested
  class VllmScore extends ScoringModelContract {
    @Override
    protected ScoringModel open() {
      return RemoteScoringModelTest.open(pairs(), folder);
    }

    @Override
    protected ScoringText text(String words) {
      return new ScoringText("w1", words);
    }
  }

  @Test
  void givesCompiledNetworksTheShapesTheyTake() {
    try (ScoringModel model = open(ids(", \"lengths\": [8, 16], \"rows\": [2, 4]"), folder);
        ModelSession session = model.openSession()) {
      assertThat(model.paddedLength(3)).isEqualTo(8);
      assertThat(model.paddedLength(9)).isEqualTo(16);
      List<EncodedText> batch =
          List.of("w1", "w2", "w3", "w4", "w5", "w6", "w9").stream()
              .map(word -> model.encode(ScoringText.of(word + " " + word)))
              .toList();
      int before = server.requests();

      assertThat(session.logits(batch, 8)).containsExactly(0.5, 1, 1.5, 2, 2.5, 3, 4.5);
      assertThat(server.requests() - before).as("rows in fours").isEqualTo(2);
    }
  }

  @Test
  void waitsForAServerThatIsOverloadedAsLongAsItAsks() {
    for (String status : List.of("503", "429")) {
      server.fault("retry-after=7");
      assertUnavailable("status=" + status, "status " + status, 7);
    }
  }

  @Test
  void doesNotBlameATextForWhatTheServerFailsAtAltogether() {
    for (String fault :
        List.of("status=500", "status=400", "cut=", "shape=", "slow=3000", "cut=hang")) {
      assertUnavailable(fault, "", 0);
    }
  }

  private void assertUnavailable(String fault, String words, int seconds) {
    try (ScoringModel model =
            open(ids(""), folder, access(Duration.ofSeconds(1), BearerToken.none()));
        ModelSession session = model.openSession()) {
      List<EncodedText> batch = List.of(model.encode(ScoringText.of("w1 w2")));
      server.fault(fault);
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> session.logits(batch, 16))
            .as(fault)
            .isInstanceOfSatisfying(
                ModelException.class,
                e -> {
                  assertThat(e.kind()).isEqualTo(ModelException.Kind.UNAVAILABLE);
                  assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(seconds));
                })
            .hasMessageContaining(words)
            .message()
            .doesNotContain("w1");
      }
      server.well();
      assertThat(session.logits(batch, 16)).containsExactly(0.75);
    }
  }

  @Test
  void findsTheTextThatTheServerFailsAtWhileItAnswersOthers() {
    for (String fault : List.of("status=500", "cut=", "shape=", "slow=3000")) {
      try (ScoringModel model =
              open(ids(""), folder, access(Duration.ofSeconds(1), BearerToken.none()));
          ModelSession session = model.openSession()) {
        server.fault("only=12");
        server.fault(fault);
        List<EncodedText> bad = List.of(model.encode(ScoringText.of("w8")));
        List<EncodedText> good = List.of(model.encode(ScoringText.of("w1 w2")));

        assertKind(session, bad, ModelException.Kind.UNAVAILABLE);
        assertKind(session, bad, ModelException.Kind.UNAVAILABLE);
        assertKind(session, bad, ModelException.Kind.REFUSED);
        assertThat(session.logits(good, 16)).containsExactly(0.75);
        server.well();
      }
    }
  }

  @Test
  void refusesATextThatTheServerRefusesAtOnceAndQuotesNothingOfIt() {
    for (TinyBundle bundle : List.of(ids(""), pooling())) {
      try (ScoringModel model = open(bundle, folder);
          ModelSession session = model.openSession()) {
        List<EncodedText> bad = List.of(model.encode(ScoringText.of("w1 crash")));

        assertThatThrownBy(() -> session.logits(bad, 16))
            .isInstanceOfSatisfying(
                ModelException.class,
                e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.REFUSED))
            .hasMessageContaining("status 400")
            .message()
            .doesNotContain("crash");
      }
    }
  }

  private static void assertKind(
      ModelSession session, List<EncodedText> batch, ModelException.Kind kind) {
    assertThatThrownBy(() -> session.logits(batch, 16))
        .isInstanceOfSatisfying(ModelException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  @Test
  void passesOnWhatIsNotANumber() {
    for (TinyBundle bundle :
        List.of(
            ids(""),
            pooling(),
            texts("vllm-classify", "tiny")
                .outputKind("two-class")
                .golden("[{\"text\": \"w1 w3\", \"ids\": [], \"logit\": 2.0}]"))) {
      try (ScoringModel model = open(bundle, folder);
          ModelSession session = model.openSession()) {
        List<EncodedText> batch =
            List.of(model.encode(ScoringText.of("nan")), model.encode(ScoringText.of("inf w1")));

        double[] logits = session.logits(batch, 16);
        assertThat(logits[0]).isNaN();
        assertThat(Double.isFinite(logits[1])).isFalse();
      }
    }
  }

  @Test
  void noticesThatTheServerHasAnotherModelNow() {
    RemoteAccess often =
        new RemoteAccess(
            Map.of("ticket-urgency", URI.create(server.endpoint())),
            Duration.ofSeconds(10),
            Duration.ZERO,
            Duration.ofNanos(1),
            BearerToken.none());
    try (ScoringModel model = open(ids(""), folder, often);
        ModelSession session = model.openSession()) {
      List<EncodedText> batch = List.of(model.encode(ScoringText.of("w1 w2")));
      assertThat(session.logits(batch, 16)).containsExactly(0.75);

      server.fault("offset=3");
      assertThatThrownBy(() -> session.logits(batch, 16))
          .isInstanceOfSatisfying(
              ModelException.class,
              e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.UNAVAILABLE))
          .hasMessageContaining("the server has another model");
      server.well();
      assertThat(session.logits(batch, 16)).containsExactly(0.75);
    }
  }

  @Test
  void opensNoModelThatIsNotTheBundles() {
    assertRefused(
        ids("").golden("[{\"text\": \"w1 w3\", \"ids\": [2, 5, 7, 3], \"logit\": 1.5}]"),
        "golden case 0: found logit 1.0, expected 1.5");
    assertRefused(
        ids("").inputs("[\"input_ids\"]"),
        "has the inputs [attention_mask, input_ids], expected [input_ids]");
    assertRefused(ids("").inputs("[\"text\"]").withoutTokenizer(), "has the inputs");
    assertRefused(ids("").outputKind("two-class"), "for 1 rows, expected [1, 2]");
    assertRefused(pooling().outputKind("two-class"), "1 numbers for a row, expected 2");
    assertRefused(texts("vllm-pooling", "huge"), "serves [tiny], expected huge");
    assertRefused(texts("open-inference", "huge"), "status 404: it has no such model");
    server.fault("loading=");
    assertRefused(ids(""), "status 503");
  }

  @Test
  void saysThatNobodyIsThereAndThatNobodyKnowsWhere() {
    RemoteAccess nowhere =
        new RemoteAccess(
            Map.of(), Duration.ofSeconds(1), Duration.ZERO, Duration.ofDays(1), BearerToken.none());
    assertThatThrownBy(() -> open(ids(""), folder, nowhere))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("set scorer.remote.endpoints");
    assertThatThrownBy(() -> open(ids(", \"endpoint\": \"http://127.0.0.1:9/\""), folder, nowhere))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("cannot connect to http://127.0.0.1:9: start the server");
  }

  @Test
  void carriesATokenThatCanBeReplacedAndNeverShowsIt() throws IOException {
    Path file = folder.resolve("token");
    Files.writeString(file, "old-secret\n");
    try (ServerProcess guarded = ServerProcess.start(0, "s3cret")) {
      RemoteAccess access =
          new RemoteAccess(
              Map.of("", URI.create(guarded.endpoint())),
              Duration.ofSeconds(10),
              Duration.ofSeconds(10),
              Duration.ofDays(1),
              BearerToken.of("file:" + file, Map.of()));
      assertThatThrownBy(() -> open(ids(""), folder.resolve("b"), access))
          .hasMessageContaining("status 401: it does not accept token of " + file)
          .message()
          .doesNotContain("secret");

      Files.writeString(file, "s3cret\n");
      try (ScoringModel model = open(ids(""), folder.resolve("b"), access);
          ModelSession session = model.openSession()) {
        List<EncodedText> batch = List.of(model.encode(ScoringText.of("w1 w2")));
        assertThat(session.logits(batch, 16)).containsExactly(0.75);
        Files.writeString(file, "old-secret");
        assertKind(session, batch, ModelException.Kind.UNAVAILABLE);
        Files.writeString(file, "s3cret");
        assertThat(session.logits(batch, 16)).containsExactly(0.75);
      }
    }
    assertThat(BearerToken.of("env:T", Map.of("T", "s3cret")).toString()).doesNotContain("s3cret");
    assertThatThrownBy(() -> BearerToken.of("s3cret", Map.of()))
        .hasMessageContaining("env:NAME or file:PATH")
        .message()
        .doesNotContain("s3cret");
    assertThatThrownBy(() -> BearerToken.of("env:T", Map.of())).hasMessageContaining("not set");
  }

  private void assertRefused(TinyBundle bundle, String words) {
    assertThatThrownBy(() -> open(bundle, folder).close())
        .isInstanceOf(BundleException.class)
        .hasMessageContaining(words);
  }
}
