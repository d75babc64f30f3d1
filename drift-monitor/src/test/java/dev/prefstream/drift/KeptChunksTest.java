package dev.prefstream.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefstream.drift.detect.HourlyVolume;
import dev.prefstream.drift.detect.Weekend;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Chunks of embeddings that come at some rate from some hour of the week on. */
class KeptChunksTest {

  private static final int WEEK = 168;
  private static final int ENOUGH = 800;

  private static DriftOptions options(Seasonality seasonality) {
    return DriftOptions.of(
        DriftDriver.plain(
            Path.of("unused"),
            Map.of("drift.seasonality", seasonality.name().toLowerCase(Locale.ROOT))));
  }

  /** What is kept once it suffices, or after so many hours. */
  private static KeptChunks kept(
      DriftOptions options, int begins, int hours, int hundredthsAnHour, boolean again) {
    KeptChunks kept = KeptChunks.NONE;
    SplittableRandom random = new SplittableRandom(begins);
    for (long hour = begins; hour < begins + hours; hour++) {
      int chunks = hundredthsAnHour / 100 + (random.nextInt(100) < hundredthsAnHour % 100 ? 1 : 0);
      for (int i = 0; i < chunks; i++) {
        long time = hour * HourlyVolume.HOUR + HourlyVolume.HOUR * (2 * i + 1) / (2 * chunks);
        kept = kept.plus(options, time, again);
        if (!again && kept.suffices(options, hour, ENOUGH)) {
          return kept;
        }
      }
    }
    return kept;
  }

  @Property(tries = 100)
  void thereIsRoomForAllAndNoMore(
      @ForAll Seasonality seasonality,
      @ForAll @IntRange(max = 167) int begins,
      @ForAll @IntRange(min = 20, max = 10_000) int hundredthsAnHour) {
    DriftOptions options = options(seasonality);

    KeptChunks kept = kept(options, begins, 200 * WEEK, hundredthsAnHour, false);

    assertThat(kept.suffices(options, kept.hour(), ENOUGH)).isTrue();
    assertThat(kept.kept()).isBetween(ENOUGH, ENOUGH + 2 * 74 * 3);
    assertThat(kept.ofWorkingDays()).isBetween(0, kept.kept());
    assertThat(kept.part(true)).isBetween(0.01, 1.0);
  }

  @Property(tries = 100)
  void aFastStreamSufficesWhenEachHourWasSeenTwice(@ForAll @IntRange(max = 167) int begins) {
    KeptChunks day = kept(options(Seasonality.DAY), begins, 10 * WEEK, 5000, false);
    KeptChunks week = kept(options(Seasonality.WEEK), begins, 10 * WEEK, 5000, false);

    assertThat(day.hour() - begins).isBetween(47L, 144L);
    assertThat(day.ofWorkingDays()).isEqualTo(ENOUGH);
    assertThat(day.part(false)).isBetween(0.3, 0.4);
    assertThat(week.hour() - begins).isEqualTo(2 * WEEK);
    assertThat(week.kept()).isEqualTo(2 * WEEK * 3);
  }

  @Property(tries = 50)
  void afterAFullReferenceAllHoursOfTwoWeeksAreKeptAlike(@ForAll @IntRange(max = 167) int begins) {
    DriftOptions options = options(Seasonality.DAY);

    KeptChunks kept = kept(options, begins, 3 * WEEK, 5000, true);

    assertThat(kept.kept()).isEqualTo(2 * WEEK * 3);
    assertThat(kept.ofWorkingDays()).isEqualTo(2 * 94 * 3);
  }

  @Property(tries = 50)
  void hoursOfAnIncidentDoNotCountAsSeen(
      @ForAll @IntRange(max = 167) int begins, @ForAll @IntRange(min = 1, max = 500) int incident) {
    DriftOptions options = options(Seasonality.DAY);
    KeptChunks before = kept(options, begins, WEEK, 300, true);

    KeptChunks after = before.passing(before.hour() + incident);

    assertThat(after.seen().until(after.hour())).isEqualTo(before.seen().until(before.hour()));
    assertThat(after.kept()).isEqualTo(before.kept());
  }

  @Property(tries = 50)
  void whatIsPackedIsTheSame(
      @ForAll @IntRange(max = 167) int begins, @ForAll @IntRange(max = 400) int hours) {
    KeptChunks kept = kept(options(Seasonality.DAY), begins, hours, 270, false);
    Packer to = new Packer();
    kept.pack(to);

    assertThat(KeptChunks.unpack(new Packer.Unpacker(to.packed()))).isEqualTo(kept);
    assertThat(kept.ofWorkingDays() == kept.kept() || Weekend.touches(begins, begins + hours))
        .isTrue();
  }
}
