package dev.prefstream.scorer.bundle;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The files of one bundle folder, none of which may be anywhere else: no absolute path, no way up,
 * no link out of the folder, no second name outside it (CVE-2022-25882, CVE-2024-27318,
 * CVE-2026-27489). Sizes are checked before content is read.
 */
final class BundleFiles {

  private static final long MAX_FILE = 64L << 30;
  private static final String NLINK = "unix:nlink";

  private final Path folder;

  BundleFiles(Path folder) {
    this.folder = folder;
  }

  /** The whole content. */
  byte[] read(String name, int maxBytes) {
    Path file = inside(name);
    try (InputStream in = Files.newInputStream(file)) {
      checkSize(name, Files.size(file), maxBytes);
      byte[] content = in.readNBytes(maxBytes + 1);
      checkSize(name, content.length, maxBytes);
      return content;
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  /** The whole content, which must have the hash. */
  byte[] read(String name, int maxBytes, @Nullable String expected) {
    byte[] content = read(name, maxBytes);
    check(name, sha256(content), expected);
    return content;
  }

  /** Reads a file of any allowed size through and compares its hash. */
  void checkHash(String name, String expected) {
    Path file = inside(name);
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      checkSize(name, Files.size(file), MAX_FILE);
      byte[] buffer = new byte[1 << 16];
      while (in.read(buffer) >= 0) {
        // The digest sees what is read.
      }
    } catch (IOException e) {
      throw unreadable(name, e);
    }
    check(name, HexFormat.of().formatHex(digest.digest()), expected);
  }

  /** SHA-256 in lower-case hex. */
  static String sha256(byte[] content) {
    return HexFormat.of().formatHex(sha256().digest(content));
  }

  /** The file, which lies in the folder also after all links are followed. */
  Path inside(String name) {
    Path file = folder.resolve(relative(name));
    try {
      if (!Files.isRegularFile(file)) {
        throw new BundleException(
            folder, "%s is missing: fetch the bundle again, it is not whole".formatted(name));
      }
      if (!file.toRealPath().startsWith(folder.toRealPath())) {
        throw outside(name, file.toRealPath().toString());
      }
      if (FileSystems.getDefault().supportedFileAttributeViews().contains("unix")
          && Files.getAttribute(file, NLINK) instanceof Integer names
          && names > 1) {
        throw new BundleException(
            folder,
            "%s has %d hard links, expected 1: another of its names may lie outside the folder; copy the file"
                .formatted(name, names));
      }
      return file;
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  /**
   * A name without a way up. Such a way is refused even where it leads back into the folder: where
   * it leads depends on links on the way.
   */
  private Path relative(String name) {
    Path path;
    try {
      path = Path.of(name);
    } catch (InvalidPathException e) {
      throw new BundleException(
          folder, "a file's name cannot be one (%s): rename the file".formatted(e.getReason()), e);
    }
    if (path.isAbsolute() || name.contains("\\") || name.contains(":")) {
      throw outside(name, "an absolute path");
    }
    for (Path part : path) {
      if (part.toString().equals("..")) {
        throw outside(name, "a way up");
      }
    }
    return path;
  }

  private BundleException outside(String name, String where) {
    return new BundleException(
        folder,
        "%s lies outside the folder (%s): a bundle may only hold its own files"
            .formatted(name, where));
  }

  private void checkSize(String name, long found, long most) {
    if (found > most) {
      throw new BundleException(
          folder, "%s: found %d bytes, expected at most %d".formatted(name, found, most));
    }
  }

  private void check(String name, String found, @Nullable String expected) {
    if (!found.equals(expected)) {
      throw new BundleException(
          folder,
          "%s was altered or is not whole: found SHA-256 %s, expected %s as bundle.json says; fetch the bundle again"
              .formatted(name, found, expected));
    }
  }

  private BundleException unreadable(String name, IOException e) {
    return new BundleException(
        folder, "cannot read %s (%s): make it readable".formatted(name, e), e);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
