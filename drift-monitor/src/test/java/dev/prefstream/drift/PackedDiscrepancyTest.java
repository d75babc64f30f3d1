package dev.prefstream.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.drift.detect.EmbeddingCycle;
import dev.prefstream.drift.detect.HourOfWeek;
import dev.prefstream.drift.detect.MeanDiscrepancy;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** How the reference of embeddings is kept. */
class PackedDiscrepancyTest {

  private static final int DAY = 24;
  private static final int WEEK = 168;

  private static List<Double> singles(SplittableRandom random, int count) {
    return Stream.generate(() -> (double) (float) (random.nextDouble() - 0.5))
        .limit(count)
        .toList();
  }

  private static MeanDiscrepancy.Params params(long seed, int parts, int hours) {
    SplittableRandom random = new SplittableRandom(seed);
    List<EmbeddingCycle.Part> cycle =
        Stream.generate(
                () ->
                    new EmbeddingCycle.Part(
                        singles(random, MeanDiscrepancy.FEATURES),
                        HourOfWeek.again(singles(random, hours))))
            .limit(parts)
            .toList();
    List<Double> mean = random.doubles(MeanDiscrepancy.FEATURES).boxed().toList();
    return new MeanDiscrepancy.Params(new EmbeddingCycle(cycle), mean, 1000, random.nextDouble());
  }

  private static byte[] packed(MeanDiscrepancy.Params params) {
    Packer to = new Packer();
    References.pack(params, to);
    return to.packed();
  }

  @Property(tries = 50)
  void itIsTheSameWhenItIsRead(
      @ForAll long seed, @ForAll @IntRange(max = 8) int parts, @ForAll boolean ofWeek) {
    MeanDiscrepancy.Params params = params(seed, parts, ofWeek ? WEEK : DAY);

    assertThat(References.discrepancy(new Packer.Unpacker(packed(params)))).isEqualTo(params);
  }

  @Property(tries = 20)
  void hoursTakeAByteWhereThereIsNoCycleAndSomeHundredsWhereThereIsOne(@ForAll long seed) {
    int none = packed(params(seed, 0, DAY)).length;

    assertThat(none).isEqualTo(2 + 8 + 8 * MeanDiscrepancy.FEATURES + 1);
    assertThat(packed(params(seed, 1, DAY)).length - none).isEqualTo(128 + 1 + 4 * DAY);
    assertThat(packed(params(seed, 1, WEEK)).length - none).isEqualTo(128 + 2 + 4 * WEEK);
  }

  /** As it was before hours were taken away; its first number was that of an embedding's. */
  @Property(tries = 20)
  void whatWasPackedInAnotherFormatIsLearntAnew(@ForAll @IntRange(max = 4096) int size) {
    byte[] before = new Packer().number(size).number(0).number(0).decimal(2.5).packed();

    Embeddings embeddings = Embeddings.unpacked(before);

    assertThat(embeddings.read()).isNull();
    assertThat(embeddings.learnt()).isZero();
    assertThat(embeddings.knowsWeek()).isTrue();
  }
}
