package dev.prefstream.scorer.bundle;

import dev.prefstream.scorer.model.ModelIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A bundle whose files are those its maker hashed. That they also give the maker's numbers is
 * checked when a model is opened from it. Immutable.
 */
public final class ModelBundle {

  private static final int MAX_JSON = 1 << 20;
  private static final int MAX_GOLDEN = 64 << 20;
  private static final int MAX_TOKENIZER = 64 << 20;
  private static final long MAX_FILE = 64L << 30;

  /** Operators that ONNX Runtime itself brings. */
  private static final Set<String> DOMAINS =
      Set.of("", "ai.onnx", "ai.onnx.ml", "com.microsoft", "com.microsoft.nchwc");

  private final Path folder;
  private final BundleManifest manifest;
  private final ModelIdentity identity;

  private ModelBundle(Path folder, BundleManifest manifest, ModelIdentity identity) {
    this.folder = folder;
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
    byte[] json = read(folder, "bundle.json", MAX_JSON);
    BundleManifest manifest;
    try {
      manifest = BundleJson.read(json, BundleManifest.class);
    } catch (IllegalArgumentException e) {
      throw new BundleException(folder, "bundle.json: " + e.getMessage(), e);
    }
    new TreeMap<>(manifest.files()).forEach((name, hash) -> checkHash(folder, name, hash));
    checkNetwork(folder, manifest);
    ModelIdentity identity =
        new ModelIdentity(
            manifest.id(),
            manifest.version(),
            HexFormat.of().formatHex(sha256().digest(json)),
            manifest.judges());
    return new ModelBundle(folder, manifest, identity);
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
    return folder.resolve(manifest.model().file());
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
      return cases;
    } catch (IllegalArgumentException e) {
      throw new BundleException(folder, name + ": " + e.getMessage(), e);
    }
  }

  private byte[] checked(String name, int maxBytes) {
    byte[] content = read(folder, name, maxBytes);
    String expected = manifest.files().get(name);
    String found = HexFormat.of().formatHex(sha256().digest(content));
    if (!found.equals(expected)) {
      throw altered(folder, name, found, expected);
    }
    return content;
  }

  private static void checkHash(Path folder, String name, String expected) {
    Path file = inside(folder, name);
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      if (Files.size(file) > MAX_FILE) {
        throw new BundleException(
            folder,
            "%s: found %d bytes, expected at most %d".formatted(name, Files.size(file), MAX_FILE));
      }
      byte[] buffer = new byte[1 << 16];
      while (in.read(buffer) >= 0) {
        // The digest sees what is read.
      }
    } catch (IOException e) {
      throw new BundleException(
          folder, "cannot read %s (%s): make it readable".formatted(name, e), e);
    }
    String found = HexFormat.of().formatHex(digest.digest());
    if (!found.equals(expected)) {
      throw altered(folder, name, found, expected);
    }
  }

  private static BundleException altered(
      Path folder, String name, String found, @Nullable String expected) {
    return new BundleException(
        folder,
        "%s was altered or is not whole: found SHA-256 %s, expected %s as bundle.json says; fetch the bundle again"
            .formatted(name, found, expected));
  }

  private static byte[] read(Path folder, String name, int maxBytes) {
    Path file = inside(folder, name);
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(maxBytes + 1);
      if (content.length > maxBytes) {
        throw new BundleException(
            folder,
            "%s: found more than %d bytes, expected at most that".formatted(name, maxBytes));
      }
      return content;
    } catch (IOException e) {
      throw new BundleException(
          folder, "cannot read %s (%s): make it readable".formatted(name, e), e);
    }
  }

  /** The file, which lies in the folder also after all links are followed. */
  static Path inside(Path folder, String name) {
    Path file = folder.resolve(name);
    try {
      if (!Files.isRegularFile(file)) {
        throw new BundleException(
            folder, "%s is missing: fetch the bundle again, it is not whole".formatted(name));
      }
      if (Path.of(name).isAbsolute() || !file.toRealPath().startsWith(folder.toRealPath())) {
        throw new BundleException(
            folder,
            "%s lies outside the folder (%s): a bundle may only hold its own files"
                .formatted(name, file.toRealPath()));
      }
      return file;
    } catch (IOException e) {
      throw new BundleException(
          folder, "cannot read %s (%s): make it readable".formatted(name, e), e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** Operators of standard domains only, and no tensor in a file that was not hashed. */
  private static void checkNetwork(Path folder, BundleManifest manifest) {
    String name = manifest.model().file();
    OnnxFile.Content content;
    try {
      content = OnnxFile.read(folder.resolve(name));
    } catch (IOException e) {
      throw new BundleException(
          folder, "%s is no ONNX model (%s): export it again".formatted(name, e.getMessage()), e);
    }
    for (String domain : content.domains()) {
      if (!DOMAINS.contains(domain)) {
        throw new BundleException(
            folder,
            "%s has operators of the domain %s, expected those of %s only: export it without custom operators"
                .formatted(
                    name, domain, DOMAINS.stream().filter(d -> !d.isEmpty()).sorted().toList()));
      }
    }
    // ONNX Runtime looks beside the model file; so do we.
    Path beside = Optional.ofNullable(Path.of(name).getParent()).orElse(Path.of(""));
    for (String location : content.locations()) {
      String file = beside.resolve(location).normalize().toString();
      inside(folder, file);
      if (!manifest.files().containsKey(file)) {
        throw new BundleException(
            folder,
            "%s keeps tensors in %s, whose hash bundle.json does not have: add it to files"
                .formatted(name, location));
      }
    }
  }
}
