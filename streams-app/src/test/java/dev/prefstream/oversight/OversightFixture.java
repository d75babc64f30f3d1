package dev.prefstream.oversight;

import dev.prefstream.streamsapp.StageDriver;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The stage for each test of a class; its counts must add up at the end of each. */
abstract class OversightFixture {

  private final Map<String, String> settings;
  OversightDriver oversight;
  StageDriver stage;

  OversightFixture(Map<String, String> settings) {
    this.settings = settings;
  }

  @BeforeEach
  void start(@TempDir Path stateDir) {
    oversight = new OversightDriver(stateDir, settings);
    stage = oversight.stage;
  }

  @AfterEach
  void countsAddUp() {
    oversight.close();
  }
}
