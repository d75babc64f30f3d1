package dev.prefstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirTest {

  @Test
  void createsTheFolderAndSaysWhoOwnsIt(@TempDir Path parent) throws Exception {
    Path folder = parent.resolve("a/b");

    try (DataDir dir = DataDir.open(folder, "thing")) {
      assertThat(dir.path()).isEqualTo(folder);
      assertThat(folder.resolve("thing.lock"))
          .content()
          .isEqualTo(ProcessHandle.current().pid() + "\n");
    }
  }

  @Test
  void refusesASecondOwnerInThisProcess(@TempDir Path folder) {
    try (DataDir first = DataDir.open(folder, "thing")) {
      assertThatThrownBy(() -> DataDir.open(first.path(), "thing"))
          .isInstanceOf(EmbeddedFailureException.class)
          .hasMessageContaining(folder.toString())
          .hasMessageContaining("this process");
    }
  }

  @Test
  void isFreeAgainAfterClose(@TempDir Path folder) {
    DataDir.open(folder, "thing").close();

    try (DataDir second = DataDir.open(folder, "thing")) {
      assertThat(second.path()).isEqualTo(folder);
    }
  }

  @Test
  void differentNamesShareAFolder(@TempDir Path folder) {
    try (DataDir one = DataDir.open(folder, "one");
        DataDir two = DataDir.open(folder, "two")) {
      assertThat(one.path()).isEqualTo(two.path());
    }
  }

  @Test
  void namesAFolderThatCannotBeWritten(@TempDir Path parent) throws Exception {
    Path file = Files.writeString(parent.resolve("file"), "no folder");

    assertThatThrownBy(() -> DataDir.open(file.resolve("below"), "thing"))
        .isInstanceOf(EmbeddedFailureException.class)
        .hasMessageContaining(file.resolve("below").toString())
        .hasMessageContaining("choose another directory");
  }
}
