package dev.prefstream.scorer.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * Looks at a network before ONNX Runtime does: operators of standard domains only, no tensor in a
 * file that was not hashed, none larger than what is there.
 */
final class NetworkCheck {

  /** Protocol buffers cannot be larger, and nor can what ONNX Runtime opens. */
  private static final long MAX_NETWORK = Integer.MAX_VALUE;

  /** Operators that ONNX Runtime itself brings. */
  private static final Set<String> DOMAINS =
      Set.of("", "ai.onnx", "ai.onnx.ml", "com.microsoft", "com.microsoft.nchwc");

  /** Of those domains, what loads machine code or files of its own choice. */
  private static final Set<String> REFUSED = Set.of("EPContext", "ATen", "PythonOp");

  private final BundleFiles files;
  private final Path folder;

  NetworkCheck(Path folder, BundleFiles files) {
    this.folder = folder;
    this.files = files;
  }

  /**
   * @param name the network's file
   * @param hashes files whose hashes were checked
   * @throws BundleException when it may not be opened
   */
  void run(String name, Map<String, String> hashes) {
    OnnxFile.Content content = read(name);
    for (String domain : content.domains()) {
      if (!DOMAINS.contains(domain)) {
        throw new BundleException(
            folder,
            "%s has operators of the domain %s, expected those of %s only: export it without custom operators"
                .formatted(
                    name, domain, DOMAINS.stream().filter(d -> !d.isEmpty()).sorted().toList()));
      }
    }
    for (String operator : content.operators()) {
      if (REFUSED.contains(operator)) {
        throw new BundleException(
            folder,
            "%s has the operator %s, which runs code from outside the network: export it without"
                .formatted(name, operator));
      }
    }
    for (OnnxFile.External tensor : content.external()) {
      check(name, tensor, hashes);
    }
  }

  private OnnxFile.Content read(String name) {
    Path file = files.inside(name);
    try {
      if (Files.size(file) > MAX_NETWORK) {
        throw new IOException(
            "found %d bytes, expected at most %d beside external data"
                .formatted(Files.size(file), MAX_NETWORK));
      }
      return OnnxFile.read(file);
    } catch (IOException e) {
      throw new BundleException(
          folder, "%s is no ONNX model (%s): export it again".formatted(name, e.getMessage()), e);
    }
  }

  private void check(String name, OnnxFile.External tensor, Map<String, String> hashes) {
    Path parent = Path.of(name).getParent();
    // ONNX Runtime looks beside the model file; so do we.
    String beside = parent == null ? tensor.location() : parent + "/" + tensor.location();
    Path file = files.inside(tensor.location().startsWith("/") ? tensor.location() : beside);
    String known = folder.relativize(file).normalize().toString();
    if (!hashes.containsKey(known)) {
      throw new BundleException(
          folder,
          "%s keeps tensors in %s, whose hash bundle.json does not have: add it to files"
              .formatted(name, tensor.location()));
    }
    try {
      tensor.checkIn(Files.size(file));
    } catch (IOException e) {
      throw new BundleException(
          folder,
          "%s: a tensor in %s %s: export the model again"
              .formatted(name, tensor.location(), e.getMessage()),
          e);
    }
  }
}
