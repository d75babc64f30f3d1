package dev.prefstream.scorer.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefstream.scorer.bundle.BundleException;
import dev.prefstream.scorer.bundle.ModelBundle;
import dev.prefstream.scorer.model.DirectScorer;
import dev.prefstream.scorer.model.ScoringModel;
import dev.prefstream.scorer.model.ScoringText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bundles from strangers. Field numbers are those of {@code onnx.proto}. */
class UnsafeNetworkTest {

  private static final byte[] WEIGHTS = Protobuf.floats(0, 1, 2, 3);
  private static final int INITIALIZER = 5;
  private static final int SPARSE_INITIALIZER = 15;

  @TempDir Path folder;
  private Path bundle = Path.of("");

  /** A bundle folder beside a file that it must not reach. */
  @BeforeEach
  void writeSecret() throws IOException {
    bundle = folder.resolve("bundle");
    Files.write(folder.resolve("weights.bin"), WEIGHTS);
  }

  @Test
  void takesTensorsFromAFileThatTheBundleNames() {
    for (String location : List.of("weights.bin", "./weights.bin")) {
      TinyBundle good =
          TinyBundle.urgency()
              .network(TinyNetwork.withExternalData(location))
              .inputs("[\"input_ids\"]")
              .golden("[{\"text\": \"\", \"ids\": [2, 3], \"logit\": 5.0}]")
              .file("weights.bin", WEIGHTS);
      try (ScoringModel model =
              OnnxScoringModel.open(ModelBundle.load(good.write(bundle)), Execution.cpu());
          DirectScorer scorer = new DirectScorer(model, 64)) {
        assertThat(scorer.judge(List.of(ScoringText.of(""))).get(0).logit()).isEqualTo(5);
      }
    }
  }

  @Test
  void refusesTensorsInAFileWithoutAHash() throws IOException {
    TinyBundle.urgency().network(TinyNetwork.withExternalData("weights.bin")).write(bundle);
    Files.write(bundle.resolve("weights.bin"), WEIGHTS);

    assertRefused("keeps tensors in weights.bin, whose hash bundle.json does not have");
  }

  @Test
  void refusesEveryNameThatLeadsOutOfTheFolder() throws IOException {
    Files.createDirectories(bundle);
    Files.createSymbolicLink(bundle.resolve("link.bin"), folder.resolve("weights.bin"));
    Files.createSymbolicLink(bundle.resolve("chain.bin"), bundle.resolve("link.bin"));
    Files.createSymbolicLink(bundle.resolve("up"), folder);
    // Looks as if it led to bundle/weights.bin, and leads to the parent of where the link goes.
    Files.createDirectories(folder.resolve("deep"));
    Files.createSymbolicLink(bundle.resolve("sub"), folder.resolve("deep"));
    for (String location :
        List.of(
            "../weights.bin",
            folder.resolve("weights.bin").toString(),
            "link.bin",
            "chain.bin",
            "up/weights.bin",
            "sub/../weights.bin",
            "..\\weights.bin",
            "C:\\weights.bin",
            "a/../../weights.bin")) {
      assertRefused(external(location), "lies outside the folder");
    }
    assertRefused(external("weights\0.bin"), "a file's name cannot be one");
    assertRefused(external(""), "without its location");
    assertRefused(external("up"), "up is missing");
    assertRefused(external("nowhere.bin"), "nowhere.bin is missing");
  }

  @Test
  void refusesASecondNameOfAFileElsewhere() throws IOException {
    TinyBundle.urgency()
        .network(external("weights.bin"))
        .file("weights.bin", WEIGHTS)
        .write(bundle);
    Files.delete(bundle.resolve("weights.bin"));
    Files.createLink(bundle.resolve("weights.bin"), folder.resolve("weights.bin"));

    assertRefused("weights.bin has 2 hard links, expected 1");
  }

  @Test
  void looksWhereverATensorCanHide() {
    Protobuf tensor = tensor("../weights.bin");
    Protobuf sparse = new Protobuf().message(1, tensor).number(3, 4);
    Protobuf attribute = new Protobuf().text(1, "value").number(20, 4).message(5, tensor);
    Protobuf constant = new Protobuf().text(4, "Constant").message(5, attribute);
    Protobuf inner = new Protobuf().message(INITIALIZER, tensor);
    Protobuf branch = new Protobuf().text(1, "then_branch").number(20, 5).message(6, inner);
    List<byte[]> networks =
        List.of(
            model(new Protobuf().message(INITIALIZER, tensor)),
            model(new Protobuf().message(SPARSE_INITIALIZER, sparse)),
            model(new Protobuf().message(SPARSE_INITIALIZER, new Protobuf().message(2, tensor))),
            model(new Protobuf().message(1, constant)),
            model(
                new Protobuf()
                    .message(1, new Protobuf().message(5, new Protobuf().message(10, tensor)))),
            model(
                new Protobuf()
                    .message(1, new Protobuf().message(5, new Protobuf().message(22, sparse)))),
            model(new Protobuf().message(1, new Protobuf().text(4, "If").message(5, branch))),
            new Protobuf().message(25, new Protobuf().message(7, constant)).toBytes(),
            new Protobuf().message(25, new Protobuf().message(11, attribute)).toBytes(),
            new Protobuf().message(20, new Protobuf().message(1, inner)).toBytes());
    for (byte[] network : networks) {
      assertRefused(network, "../weights.bin lies outside the folder");
    }
  }

  @Test
  void readsFieldsInWhateverOrderTheyCome() {
    Protobuf entry = new Protobuf().text(2, "../weights.bin").text(1, "location");
    Protobuf tensor = new Protobuf().number(14, 1).message(13, entry).number(1, 4);

    assertRefused(model(new Protobuf().message(INITIALIZER, tensor)), "lies outside the folder");
  }

  @Test
  void refusesTensorsThatReachBeyondTheirFile() {
    for (List<String> reach :
        List.of(
            List.of("17", "0"),
            List.of("0", "17"),
            List.of("12", "8"),
            List.of("9223372036854775807", "9223372036854775807"))) {
      Protobuf tensor = tensor("weights.bin");
      entry(tensor, "offset", reach.get(0));
      entry(tensor, "length", reach.get(1));
      assertRefused(model(new Protobuf().message(INITIALIZER, tensor)), "and the file has 16");
    }
    for (String bad : List.of("-1", "", "0x10", "99999999999999999999")) {
      Protobuf tensor = tensor("weights.bin");
      entry(tensor, "offset", bad);
      assertRefused(
          model(new Protobuf().message(INITIALIZER, tensor)), "found a tensor with the offset");
    }
    Protobuf large = tensor("weights.bin").number(1, 1_000_000);
    assertRefused(
        model(new Protobuf().message(INITIALIZER, large)),
        "claims 4000000 elements, and holds 16 bytes for them");
  }

  @Test
  void refusesTensorsThatClaimMoreThanTheyHold() {
    byte[] four = Protobuf.floats(1);
    assertRefused(
        initializer(new Protobuf().number(1, 1L << 40).number(2, 1).bytes(9, four)),
        "claims 1099511627776 elements");
    assertRefused(
        initializer(new Protobuf().number(1, 1L << 40).number(1, 1L << 40)),
        "more elements than can be counted");
    assertRefused(
        initializer(new Protobuf().bytes(1, packed(1L << 40, 1L << 40)).bytes(9, four)),
        "more elements than can be counted");
    assertRefused(initializer(new Protobuf().number(1, -1)), "a dimension of -1");
    Protobuf sparse = new Protobuf().message(1, new Protobuf().number(1, 1).bytes(9, four));
    assertRefused(
        model(
            new Protobuf()
                .message(SPARSE_INITIALIZER, sparse.number(3, 1L << 20).number(3, 1 << 20))),
        "found a sparse tensor of 1099511627776 elements");
  }

  @Test
  void refusesMessagesThatWouldBeMerged() {
    Protobuf half = new Protobuf().number(1, 1L << 20).bytes(9, new byte[1 << 20]);
    Protobuf attribute = new Protobuf().message(5, half).message(5, half);

    assertRefused(
        model(new Protobuf().message(1, new Protobuf().message(5, attribute))),
        "found a message twice");
  }

  @Test
  void refusesOperatorsThatTheRuntimeDoesNotBringOrThatBringCode() {
    assertRefused(
        TinyNetwork.ofDomain("ai.stranger"), "model.onnx has operators of the domain ai.stranger");
    Protobuf context = new Protobuf().text(4, "EPContext").text(7, "com.microsoft");
    assertRefused(
        model(new Protobuf().message(1, context)), "model.onnx has the operator EPContext");
    Protobuf hidden = new Protobuf().text(4, "Anything").text(7, "ai.stranger");
    assertRefused(
        new Protobuf().message(25, new Protobuf().message(7, hidden)).toBytes(),
        "operators of the domain ai.stranger");
  }

  @Test
  void refusesWhatIsNoModel() {
    assertRefused(new byte[] {0x3A, 0x7F, 1}, "model.onnx is no ONNX model");
    assertRefused(new byte[] {0x3B, 1}, "a field of an unknown type");
    assertRefused(new byte[] {0x3A, 2, 0x09, 1}, "is no ONNX model");
    Protobuf deep = new Protobuf();
    for (int i = 0; i < 100; i++) {
      deep = new Protobuf().message(1, new Protobuf().message(5, new Protobuf().message(6, deep)));
    }
    assertRefused(model(deep), "nested deeper than 64");
  }

  @Test
  void refusesFormatsThatItDoesNotSeeThrough() throws IOException {
    TinyBundle.urgency().write(bundle);
    Path json = bundle.resolve("bundle.json");
    Files.writeString(json, Files.readString(json).replace("model.onnx", "model.ort"));

    assertRefused("model.file: found model.ort, expected a name ending in .onnx");
  }

  @Test
  void refusesFilesTooLargeToParseBeforeItParsesThem() throws IOException {
    byte[] large = new byte[(64 << 20) + 1];
    Arrays.fill(large, (byte) ' ');
    TinyBundle.urgency().file("tokenizer.json", large).file("golden.json", large).write(bundle);
    ModelBundle loaded = ModelBundle.load(bundle);
    assertThatThrownBy(loaded::tokenizer)
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("tokenizer.json: found 67108865 bytes, expected at most 67108864");
    assertThatThrownBy(loaded::golden)
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("golden.json: found 67108865 bytes");

    Files.writeString(bundle.resolve("bundle.json"), " ".repeat((1 << 20) + 1));
    assertRefused("bundle.json: found 1048577 bytes, expected at most 1048576");
    Files.writeString(bundle.resolve("bundle.json"), "[".repeat(100_000));
    assertRefused("bundle.json");
  }

  @Test
  void refusesMoreGoldenCasesThanAnybodyNeeds() {
    String one = "{\"text\": \"\", \"ids\": [], \"logit\": 0}";
    String many = "[" + (one + ",").repeat(4_096) + one + "]";
    TinyBundle.urgency().file("golden.json", many.getBytes(StandardCharsets.UTF_8)).write(bundle);

    assertThatThrownBy(() -> ModelBundle.load(bundle).golden())
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("found 4097 cases, expected at most 4096");
  }

  private static Protobuf tensor(String location) {
    Protobuf tensor = new Protobuf().number(1, 4).number(2, 1).text(8, "table");
    return entry(tensor.number(14, 1), "location", location);
  }

  private static Protobuf entry(Protobuf tensor, String key, String value) {
    return tensor.message(13, new Protobuf().text(1, key).text(2, value));
  }

  private static byte[] external(String location) {
    return initializer(tensor(location));
  }

  private static byte[] initializer(Protobuf tensor) {
    return model(new Protobuf().message(INITIALIZER, tensor));
  }

  private static byte[] model(Protobuf graph) {
    return new Protobuf().number(1, 9).message(7, graph).toBytes();
  }

  /** Numbers one after the other, as packed fields hold them. */
  private static byte[] packed(long... numbers) {
    Protobuf all = new Protobuf();
    for (long number : numbers) {
      all.varint(number);
    }
    return all.toBytes();
  }

  private void assertRefused(byte[] network, String words) {
    TinyBundle.urgency().network(network).file("weights.bin", WEIGHTS).write(bundle);
    assertRefused(words);
  }

  private void assertRefused(String words) {
    assertThatThrownBy(() -> ModelBundle.load(bundle))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining(words);
  }
}
