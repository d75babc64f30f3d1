package dev.prefstream.scorer.bundle;

import dev.prefstream.scorer.model.ModelIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * A bundle whose files are those its maker hashed. That they also give the maker's numbers is
 * checked when a model is opened from it. Immutable.
 */
public final class ModelBundle {

  private static final int MAX_JSON = 1 << 20;
  private static final int MAX_GOLDEN = 64 << 20;
  private static final int MAX_TOKENIZER = 64 << 20;
  private static final int MAX_CASES = 4_096;

  private final Path folder;
  private final BundleFiles files;
  private final BundleManifest manifest;
  private final ModelIdentity identity;

  private ModelBundle(
      Path folder, BundleFiles files, BundleManifest manifest, ModelIdentity identity) {
    this.folder = folder;
    this.files = files;
    this.manifest = manifest;
    this.identity = identity;
  }

  /**
   * Reads and checks the bundle in a folder. Reads every file once.
   *
   * @throws BundleException when anything in it is missing, altered or not allowed
   */
  public static ModelBundle load(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new BundleException(
          folder,
          Files.exists(folder)
              ? "found a file, expected a folder with bundle.json in it"
              : "there is no such folder: give the folder that holds bundle.json in scorer.models");
    }
    BundleFiles files = new BundleFiles(folder);
    byte[] json = files.read("bundle.json", MAX_JSON);
    BundleManifest manifest;
    try {
      manifest = BundleJson.read(json, BundleManifest.class);
    } catch (IllegalArgumentException e) {
      throw new BundleException(folder, "bundle.json: " + e.getMessage(), e);
    }
    new TreeMap<>(manifest.files()).forEach(files::checkHash);
    String network = manifest.model().file();
    if (network != null) {
      new NetworkCheck(folder, files).run(network, manifest.files());
    }
    ModelIdentity identity =
        new ModelIdentity(
            manifest.id(), manifest.version(), BundleFiles.sha256(json), manifest.judges());
    return new ModelBundle(folder, files, manifest, identity);
  }

  public Path folder() {
    return folder;
  }

  public BundleManifest manifest() {
    return manifest;
  }

  public ModelIdentity identity() {
    return identity;
  }

  /** Where the network is. */
  public Path model() {
    String file = manifest.model().file();
    if (file == null) {
      throw new IllegalStateException(identity + " is on a server: it has no file");
    }
    return folder.resolve(file);
  }

  /** Content of {@code tokenizer.json}, the hash of which is checked once more. */
  public byte[] tokenizer() {
    BundleManifest.TokenizerFile file = manifest.tokenizer();
    if (file == null) {
      throw new IllegalStateException(identity + " reads text: it has no tokenizer");
    }
    return checked(file.file(), MAX_TOKENIZER);
  }

  /**
   * The cases that a model opened from this bundle must reproduce, at least one.
   *
   * @throws BundleException when the file is not as expected
   */
  public List<GoldenCase> golden() {
    String name = manifest.golden().file();
    try {
      List<GoldenCase> cases =
          Arrays.asList(BundleJson.read(checked(name, MAX_GOLDEN), GoldenCase[].class));
      if (cases.isEmpty()) {
        throw new IllegalArgumentException("found no case, expected at least one");
      }
      if (cases.size() > MAX_CASES) {
        throw new IllegalArgumentException(
            "found %d cases, expected at most %d".formatted(cases.size(), MAX_CASES));
      }
      return cases;
    } catch (IllegalArgumentException e) {
      throw new BundleException(folder, name + ": " + e.getMessage(), e);
    }
  }

  private byte[] checked(String name, int maxBytes) {
    return files.read(name, maxBytes, manifest.files().get(name));
  }
}
