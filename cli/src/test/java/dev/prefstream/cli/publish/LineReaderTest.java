package dev.prefstream.cli.publish;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineReaderTest {

  @Test
  void splitsAtEitherEndOfLineAndCountsALastLineWithoutOne() throws IOException {
    assertThat(texts("a\nb\r\n\nlast")).containsExactly("a", "b", "", "last");
    assertThat(texts("a\n")).containsExactly("a");
    assertThat(texts("")).isEmpty();
    assertThat(texts("\n")).containsExactly("");
  }

  @Test
  void leavesOutAByteOrderMarkAtTheStartOnly() throws IOException {
    assertThat(texts("\uFEFFa\n\uFEFFb")).containsExactly("a", "\uFEFFb");
  }

  @Test
  void keepsTheBeginningOfALongLineWithItsLengthAndHash() throws IOException {
    String longLine = "x".repeat(200_000) + "end";
    List<Line> lines = lines("short\n" + longLine + "\nnext\n", 100_000, 1_000);

    assertThat(lines).hasSize(3);
    Line line = lines.get(1);
    assertThat(line.number()).isEqualTo(2);
    assertThat(line.tooLong()).isTrue();
    assertThat(line.bytes()).hasSize(1_000);
    assertThat(line.length()).isEqualTo(200_003);
    assertThat(line.sha256())
        .isEqualTo(Sha256.hex(Sha256.digest().digest(longLine.getBytes(StandardCharsets.UTF_8))));
    assertThat(lines.get(2).bytes()).asString(StandardCharsets.UTF_8).isEqualTo("next");
  }

  @Test
  void lineAtTheLimitIsWholeAndOneByteMoreIsNot() throws IOException {
    assertThat(lines("x".repeat(10) + "\n", 10, 4).get(0).tooLong()).isFalse();
    assertThat(lines("x".repeat(11) + "\n", 10, 4).get(0).tooLong()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void anyLinesComeBackAsTheyWere(long seed) throws IOException {
    Random random = new Random(seed);
    List<byte[]> expected = new ArrayList<>();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < 300; i++) {
      byte[] line = new byte[random.nextInt(i % 50 == 0 ? 150_000 : 300)];
      for (int j = 0; j < line.length; j++) {
        line[j] = (byte) (random.nextInt(200) + 33);
      }
      expected.add(line);
      all.write(line);
      all.write('\n');
    }

    LineReader reader =
        new LineReader(new ByteArrayInputStream(all.toByteArray()), 1 << 20, 1 << 20);

    for (byte[] line : expected) {
      assertThat(requireNonNull(reader.next()).bytes()).as("seed %d", seed).isEqualTo(line);
    }
    assertThat(reader.next()).isNull();
  }

  private static List<String> texts(String content) throws IOException {
    return lines(content, 1 << 20, 1 << 20).stream()
        .map(line -> new String(line.bytes(), StandardCharsets.UTF_8))
        .toList();
  }

  private static List<Line> lines(String content, int largest, int kept) throws IOException {
    LineReader reader =
        new LineReader(
            new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)), largest, kept);
    List<Line> lines = new ArrayList<>();
    for (Line line = reader.next(); line != null; line = reader.next()) {
      lines.add(line);
    }
    return lines;
  }
}
