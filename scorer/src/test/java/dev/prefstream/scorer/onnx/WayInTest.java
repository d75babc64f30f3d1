package dev.prefstream.scorer.onnx;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.prefstream.schemas.avro.ScoringRequest;
import dev.prefstream.scorer.Requests;
import dev.prefstream.scorer.bundle.ModelBundle;
import dev.prefstream.scorer.model.DirectScorer;
import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.model.Judgement;
import dev.prefstream.scorer.model.ModelSession;
import dev.prefstream.scorer.model.Task;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Bundles that {@code training/export.py} made of tiny random models of every architecture, held to
 * what Hugging Face transformers and PyTorch say of 360 texts: odd ones, code, and 36 scripts, from
 * nothing to far over the model's length. Made by {@code training/way_in_fixtures.py}; {@code
 * -Dway-in.folder=FOLDER} takes others that it made, of another seed.
 */
class WayInTest {

  private static final Path FOLDER =
      Path.of(System.getProperty("way-in.folder", "src/test/resources/way-in"));
  private static final int CASES = 360;

  record Case(
      String subject,
      String body,
      String response,
      long[] ids,
      double logit,
      float @Nullable [] embedding) {}

  @ParameterizedTest
  @CsvSource({
    "bert-fp32, 1e-4, 0",
    "deberta-v2-fp32, 1e-4, 0",
    "modernbert-fp32, 1e-4, 0",
    "llama-fp32, 1e-4, 0",
    "qwen2-reward-fp32, 1e-4, 0",
    "qwen2-fp32-external, 1e-4, 0",
    // Shares of the logit, or of 1 where it is less: what export.py itself allows a precision.
    "bert-fp16, 0, 0.02",
    "llama-fp16, 0, 0.02",
    "qwen2-int8, 0, 0.1"
  })
  void idsAreThoseOfPythonAndLogitsThoseOfPyTorch(String name, double absolute, double relative)
      throws IOException {
    List<Case> cases = cases(name);
    ModelBundle bundle = ModelBundle.load(FOLDER.resolve(name));
    try (OnnxScoringModel model = OnnxScoringModel.open(bundle, Execution.cpu());
        DirectScorer scorer = new DirectScorer(model, 1_024)) {
      for (Case expected : cases) {
        EncodedText encoded = model.encode(model.text(request(bundle, expected)));

        assertThat(encoded.ids()).as("ids of %s", expected.body()).isEqualTo(expected.ids());
      }

      List<Judgement> judgements =
          scorer.judge(cases.stream().map(each -> model.text(request(bundle, each))).toList());

      for (int i = 0; i < cases.size(); i++) {
        double logit = cases.get(i).logit();
        assertThat(judgements.get(i).logit())
            .as("logit of case %d, in a batch", i)
            .isCloseTo(logit, within(Math.max(absolute, relative * Math.max(1, Math.abs(logit)))));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"bert-fp32", "qwen2-reward-fp32"})
  void embeddingsAreWhatTheHeadReadsInPyTorch(String name) throws IOException {
    List<Case> cases = cases(name);
    ModelBundle bundle = ModelBundle.load(FOLDER.resolve(name));
    try (OnnxScoringModel model = OnnxScoringModel.open(bundle, Execution.cpu());
        ModelSession session = model.openSession()) {
      List<EncodedText> texts =
          cases.stream().map(each -> model.encode(model.text(request(bundle, each)))).toList();
      for (int rows : new int[] {1, 7}) {
        for (int start = 0; start < CASES; start += rows) {
          List<EncodedText> batch = texts.subList(start, Math.min(CASES, start + rows));
          int longest = batch.stream().mapToInt(EncodedText::cost).max().orElseThrow();

          float[][] embeddings =
              requireNonNull(session.answer(batch, model.paddedLength(longest)).embeddings());

          for (int i = 0; i < batch.size(); i++) {
            assertThat(embeddings[i])
                .as("embedding of case %d, %d rows at a time", start + i, rows)
                .containsExactly(requireNonNull(cases.get(start + i).embedding()), within(1e-4f));
          }
        }
      }
    }
    assertThat(cases.stream().map(each -> requireNonNull(each.embedding())[0]).distinct())
        .as("embeddings that tell the texts apart")
        .hasSizeGreaterThan(CASES / 2);
  }

  @ParameterizedTest
  @CsvSource({"bert-fp32", "qwen2-reward-fp32"})
  void casesReachEveryCornerThatTheyAreFor(String name) throws IOException {
    List<Case> cases = cases(name);

    assertThat(cases).hasSize(CASES);
    assertThat(cases).anyMatch(each -> each.body().isEmpty());
    assertThat(cases).anyMatch(each -> each.body().contains("\u0000"));
    assertThat(cases).anyMatch(each -> each.body().contains("```"));
    assertThat(cases.stream().map(each -> Arrays.hashCode(each.ids())).distinct().count())
        .isGreaterThan(CASES * 9 / 10);
    int longest = cases.stream().mapToInt(each -> each.ids().length).max().orElseThrow();
    assertThat(cases.stream().filter(each -> each.ids().length == longest).count())
        .as("cases that were cut")
        .isGreaterThan(30);
    double[] logits = cases.stream().mapToDouble(Case::logit).toArray();
    assertThat(
            Arrays.stream(logits).max().orElseThrow() - Arrays.stream(logits).min().orElseThrow())
        .as("spread of the logits, against which 1e-4 is little")
        .isGreaterThan(0.5);
  }

  private static ScoringRequest request(ModelBundle bundle, Case each) {
    ScoringRequest request =
        bundle.identity().task() == Task.TICKET_URGENCY
            ? Requests.ticket("t", "", "")
            : Requests.response("t", "r", each.response());
    return ScoringRequest.newBuilder(request)
        .setSubject(each.subject())
        .setBody(each.body())
        .build();
  }

  private static List<Case> cases(String name) throws IOException {
    try (InputStream in =
        new GZIPInputStream(Files.newInputStream(FOLDER.resolve(name).resolve("cases.json.gz")))) {
      return Arrays.asList(new JsonMapper().readValue(in, Case[].class));
    }
  }
}
