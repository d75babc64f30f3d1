package dev.prefstream.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version of the project that this was built of, which {@code --version} prints. */
public final class Version implements IVersionProvider {

  private static final String BUILD = "build.properties";

  /** As Maven knows it, such as {@code 0.1.0-SNAPSHOT}. */
  public static String ofProject() {
    Properties build = new Properties();
    try (InputStream from = Version.class.getResourceAsStream(BUILD)) {
      build.load(requireNonNull(from, BUILD));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read %s, which the build writes".formatted(BUILD), e);
    }
    return build.getProperty("version");
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "prefstream " + ofProject(),
      "Java " + Runtime.version() + " on " + System.getProperty("os.name")
    };
  }
}
