package dev.prefstream.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RecentChunksTest {

  private final RecentChunks recent = new RecentChunks();

  private static Chunk chunk(long number) {
    return Chunk.EMPTY.plus("", number, number);
  }

  @Test
  void remembersTheNewestChunks() {
    LongStream.range(0, 200).forEach(number -> recent.put("a", number, chunk(number)));

    for (long number = 200 - RecentChunks.CHUNKS; number < 200; number++) {
      assertThat(recent.get("a", number)).extracting(Chunk::scores).isEqualTo(new long[] {number});
    }
    assertThat(recent.get("a", 199 - RecentChunks.CHUNKS)).isNull();
    assertThat(recent.get("a", 200)).isNull();
    assertThat(recent.get("b", 199)).isNull();
  }

  @Test
  void whatIsReadLateDoesNotPushOutWhatIsNewer() {
    recent.put("a", RecentChunks.CHUNKS + 3, chunk(1));
    recent.put("a", 3, chunk(2));

    assertThat(recent.get("a", 3)).isNull();
    assertThat(recent.get("a", RecentChunks.CHUNKS + 3)).isNotNull();
  }

  @Test
  void forgetsTheSegmentThatWasNotSeenForLongest() {
    for (int segment = 0; segment < RecentChunks.SEGMENTS; segment++) {
      recent.put("s" + segment, 0, chunk(segment));
    }
    recent.get("s0", 0);

    recent.put("one more", 0, chunk(0));

    assertThat(recent.get("s0", 0)).isNotNull();
    assertThat(recent.get("s1", 0)).isNull();
  }

  @Test
  void nothingIsLeftOfAForgottenSegment() {
    recent.put("a", 0, chunk(0));

    recent.forget("a");

    assertThat(recent.get("a", 0)).isNull();
  }
}
