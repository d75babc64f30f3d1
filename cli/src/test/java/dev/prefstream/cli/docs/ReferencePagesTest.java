package dev.prefstream.cli.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReferencePagesTest {

  @Test
  void committedPagesAreWhatTheCodeSays() throws IOException {
    for (Map.Entry<String, String> page : ReferencePages.all().entrySet()) {
      Path file = Path.of("..", "docs", page.getKey());

      assertThat(Files.exists(file) ? Files.readString(file) : "(missing)")
          .as("docs/%s does not follow the code: run `%s`", page.getKey(), ReferencePages.COMMAND)
          .isEqualTo(page.getValue());
    }
  }
}
