package dev.prefstream.scorer.remote;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a bearer token comes from: an environment variable, or a file, which is read for every
 * request so that it can be replaced while the scorer runs. The token itself is nowhere printed.
 */
public final class BearerToken {

  private final @Nullable String value;
  private final @Nullable Path file;

  private BearerToken(@Nullable String value, @Nullable Path file) {
    this.value = value;
    this.file = file;
  }

  /** No token. */
  public static BearerToken none() {
    return new BearerToken(null, null);
  }

  /**
   * @param source env:NAME or file:PATH, or empty for none
   * @throws IllegalArgumentException when there is no such variable or file; the message does not
   *     hold the source, in case that somebody put the token itself there
   */
  public static BearerToken of(String source, Map<String, String> environment) {
    if (source.isEmpty()) {
      return none();
    }
    if (source.startsWith("env:")) {
      String value = environment.get(source.substring("env:".length()));
      if (value == null || value.isBlank()) {
        throw new IllegalArgumentException(
            "scorer.remote.token names an environment variable that is not set: set it");
      }
      return new BearerToken(clean(value), null);
    }
    if (source.startsWith("file:")) {
      Path file = Path.of(source.substring("file:".length()));
      if (!Files.isReadable(file)) {
        throw new IllegalArgumentException(
            "scorer.remote.token names a file that cannot be read: create it, or correct the path");
      }
      return new BearerToken(null, file);
    }
    throw new IllegalArgumentException(
        "scorer.remote.token must be env:NAME or file:PATH; never put the token itself into configuration");
  }

  /**
   * The token as it is now.
   *
   * @throws IOException when its file is gone
   */
  Optional<String> now() throws IOException {
    return file == null ? Optional.ofNullable(value) : Optional.of(clean(Files.readString(file)));
  }

  private static String clean(String token) {
    String clean = token.strip();
    for (int i = 0; i < clean.length(); i++) {
      if (clean.charAt(i) <= ' ' || clean.charAt(i) > '~') {
        throw new IllegalArgumentException(
            "the bearer token of scorer.remote.token holds a blank or a character outside ASCII: check where it comes from");
      }
    }
    return clean;
  }

  @Override
  public String toString() {
    return file != null ? "token of " + file : value == null ? "no token" : "a token";
  }
}
