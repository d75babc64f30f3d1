package dev.prefstream.scorer.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefstream.scorer.model.Task;
import dev.prefstream.scorer.onnx.TinyBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelBundleTest {

  @TempDir Path folder;

  @Test
  void readsAWholeBundle() throws IOException {
    ModelBundle bundle = ModelBundle.load(TinyBundle.urgency().write(folder));

    assertThat(bundle.identity().task()).isEqualTo(Task.TICKET_URGENCY);
    assertThat(bundle.identity().hash()).matches("[0-9a-f]{64}");
    assertThat(bundle.golden()).hasSize(1);
  }

  @Test
  void saysThatAFolderIsMissing() {
    assertThatThrownBy(() -> ModelBundle.load(folder.resolve("nowhere")))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("there is no such folder")
        .hasMessageContaining("scorer.models");
  }

  @Test
  void saysThatAFileIsMissing() throws IOException {
    TinyBundle.urgency().write(folder);
    Files.delete(folder.resolve("tokenizer.json"));

    assertRefused("tokenizer.json is missing");
  }

  @Test
  void namesTheAlteredFileWithBothHashes() throws IOException {
    TinyBundle.urgency().write(folder);
    Files.writeString(folder.resolve("golden.json"), "[]");

    assertRefused(
        "golden.json was altered or is not whole: found SHA-256 4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945, expected ");
  }

  @Test
  void refusesWhatBundleJsonMustNotSay() throws IOException {
    TinyBundle.urgency().write(folder);
    change("\"format\": 1", "\"format\": 2", "bundle.json: format: found 2, expected 1");
    change("\"id\": ", "\"licens\": \"\", \"id\": ", "licens: Unrecognized field");
    change("\"licence\": \"Apache-2.0\",", "", "licence");
    change("ticket-urgency", "ticket-colour", "task: found ticket-colour, expected ticket-urgency");
    change("\"temperature\": 2.0", "\"temperature\": 0.0", "temperature = 0.0: must be");
    change("\"one-logit\"", "\"one-hot\"", "model.output.kind: found one-hot, expected one-logit");
    change("{body}", "{text}", "found {text}, expected one of {body}, {response}, {subject}");
    change("{body}", "{response}", "expected no {response}, since the task is ticket-urgency");
    change("\"max_length\": 16", "\"max_length\": \"16\"", "tokenizer.max_length");
    change("\"format\": 1", "\"format\": 1, \"format\": 1", "Duplicate field 'format'");
    change("\"id\": \"tiny\"", "\"id\": null", "null");
    change("{\"format\"", "{{", "not JSON");
    change(
        "\"file\": \"model.onnx\",", "", "found neither file nor remote, expected one of the two");
    change("\"one-logit\"}", "\"one-logit\"}, \"batch_invariant\": 1", "batch_invariant");
  }

  @Test
  void refusesWhatItMustNotSayOfAServer() throws IOException {
    TinyBundle.urgency()
        .remote(
            "{\"protocol\": \"open-inference\", \"model\": \"m\", \"endpoint\": \"http://a\", \"lengths\": [8, 16]}")
        .write(folder);
    ModelBundle.load(folder);
    change("open-inference", "grpc", "model.remote.protocol: found grpc, expected open-inference");
    change("\"m\"", "\"\"", "model.remote.model");
    change("http://a", "http://u:p@a", "must hold no user or password");
    change("http://a", "a:1", "must be a URL such as");
    change(
        "[8, 16]",
        "[16, 8]",
        "model.remote.lengths: found [16, 8], expected numbers above 0, rising");
    change("[8, 16]", "[]", "model.remote.lengths");
    change("open-inference", "vllm-pooling", "expected none: only open-inference has fixed shapes");
    change("[8, 16]", "null, \"pooling_task\": \"x\"", "model.remote.pooling_task");
    change("[8, 16]", "[4]", "tokenizer.max_length: found 16, expected at most 4");
  }

  private void change(String from, String to, String words) throws IOException {
    Path json = folder.resolve("bundle.json");
    String good = Files.readString(json);
    assertThat(good).contains(from);
    Files.writeString(json, good.replace(from, to));
    assertRefused(words);
    Files.writeString(json, good);
  }

  @Test
  void refusesFilesOutsideTheFolder() throws IOException {
    Path inside = folder.resolve("bundle");
    TinyBundle.urgency().write(inside);
    Path outside = folder.resolve("golden.json");
    Files.move(inside.resolve("golden.json"), outside);
    Files.createSymbolicLink(inside.resolve("golden.json"), outside);

    assertThatThrownBy(() -> ModelBundle.load(inside))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("golden.json lies outside the folder");
  }

  @Test
  void findsBundlesInSubFoldersAndRefusesTwoForOneTask() {
    TinyBundle.urgency().write(folder.resolve("a"));
    TinyBundle.preference().write(folder.resolve("b"));
    assertThat(BundleFolders.load(List.of(folder.toString())))
        .containsOnlyKeys(Task.TICKET_URGENCY, Task.RESPONSE_PREFERENCE);

    TinyBundle.urgency().write(folder.resolve("c"));
    assertThatThrownBy(() -> BundleFolders.load(List.of(folder.toString())))
        .hasMessageContaining("found a second bundle for the task ticket-urgency");
    assertThatThrownBy(() -> BundleFolders.load(List.of(folder.resolve("x").toString())))
        .hasMessageContaining("there is no such folder");
  }

  private void assertRefused(String words) {
    assertThatThrownBy(() -> ModelBundle.load(folder))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("model bundle " + folder)
        .hasMessageContaining(words);
  }
}
