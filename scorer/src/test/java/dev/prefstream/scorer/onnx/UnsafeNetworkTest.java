package dev.prefstream.scorer.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefstream.scorer.bundle.BundleException;
import dev.prefstream.scorer.bundle.ModelBundle;
import dev.prefstream.scorer.model.DirectScorer;
import dev.prefstream.scorer.model.ScoringModel;
import dev.prefstream.scorer.model.ScoringText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bundles from strangers. */
class UnsafeNetworkTest {

  private static final byte[] WEIGHTS = Protobuf.floats(0, 1, 2, 3);

  @TempDir Path folder;

  @Test
  void takesTensorsFromAFileThatTheBundleNames() {
    TinyBundle bundle =
        TinyBundle.urgency()
            .network(TinyNetwork.withExternalData("weights.bin"))
            .inputs("[\"input_ids\"]")
            .golden("[{\"text\": \"\", \"ids\": [2, 3], \"logit\": 5.0}]")
            .file("weights.bin", WEIGHTS);
    try (ScoringModel model =
            OnnxScoringModel.open(ModelBundle.load(bundle.write(folder)), Execution.cpu());
        DirectScorer scorer = new DirectScorer(model, 64)) {
      assertThat(scorer.judge(List.of(ScoringText.of(""))).get(0).logit()).isEqualTo(5);
    }
  }

  @Test
  void refusesTensorsInAFileWithoutAHash() throws IOException {
    TinyBundle.urgency().network(TinyNetwork.withExternalData("weights.bin")).write(folder);
    Files.write(folder.resolve("weights.bin"), WEIGHTS);

    assertRefused(folder, "keeps tensors in weights.bin, whose hash bundle.json does not have");
  }

  @Test
  void refusesTensorsOutsideTheFolder() throws IOException {
    Files.write(folder.resolve("weights.bin"), WEIGHTS);
    Path bundle = folder.resolve("bundle");
    TinyBundle.urgency().network(TinyNetwork.withExternalData("../weights.bin")).write(bundle);
    assertRefused(bundle, "lies outside the folder");

    TinyBundle.urgency()
        .network(TinyNetwork.withExternalData(folder.resolve("weights.bin").toString()))
        .write(bundle);
    assertRefused(bundle, "lies outside the folder");

    TinyBundle.urgency().network(TinyNetwork.withExternalData("link.bin")).write(bundle);
    Files.createSymbolicLink(bundle.resolve("link.bin"), folder.resolve("weights.bin"));
    assertRefused(bundle, "lies outside the folder");
  }

  @Test
  void refusesOperatorsThatTheRuntimeDoesNotBring() {
    TinyBundle.urgency().network(TinyNetwork.ofDomain("ai.stranger")).write(folder);

    assertRefused(folder, "model.onnx has operators of the domain ai.stranger");
  }

  @Test
  void refusesWhatIsNoModel() {
    TinyBundle.urgency().network(new byte[] {0x3A, 0x7F, 1}).write(folder);

    assertRefused(folder, "model.onnx is no ONNX model");
  }

  private static void assertRefused(Path bundle, String words) {
    assertThatThrownBy(() -> ModelBundle.load(bundle))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining(words);
  }
}
