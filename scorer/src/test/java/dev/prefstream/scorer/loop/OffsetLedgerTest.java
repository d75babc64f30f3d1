package dev.prefstream.scorer.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class OffsetLedgerTest {

  private final Set<String> done = new HashSet<>();
  private final OffsetLedger<Integer, String> ledger = new OffsetLedger<>(done::contains);

  @Test
  void anEpochEndsBeforeTheFirstUnfinishedRowOfEachPartition() {
    ledger.add(0, 10, "a");
    ledger.add(0, 11, "b");
    ledger.add(0, 15, "c");
    ledger.add(1, 3, "d");
    done.addAll(Set.of("a", "c", "d"));

    OffsetLedger.Epoch<Integer, String> epoch = ledger.epoch(100);

    assertThat(epoch.rows()).containsExactly("a", "d");
    assertThat(epoch.next()).isEqualTo(Map.of(0, 11L, 1, 4L));
    assertThat(epoch.last()).isEqualTo(Map.of(0, "a", 1, "d"));
    assertThat(ledger.ready(100)).isEqualTo(2);
    ledger.remove(epoch);
    assertThat(ledger.size()).isEqualTo(2);
    assertThat(ledger.isEmpty(1)).isTrue();
    assertThat(ledger.finished(List.of(1))).isTrue();
    assertThat(ledger.finished(List.of(0))).isFalse();
  }

  @Test
  void refusesOffsetsThatDoNotRise() {
    ledger.add(0, 10, "a");

    assertThatThrownBy(() -> ledger.add(0, 10, "b"))
        .hasMessage("0: found offset 10 after 10, expected rising offsets");
  }

  @Test
  void aBusyPartitionDoesNotKeepTheOthersWaiting() {
    for (int i = 0; i < 10; i++) {
      ledger.add(0, i, "busy" + i);
      done.add("busy" + i);
    }
    ledger.add(1, 0, "quiet");
    done.add("quiet");

    ledger.remove(ledger.epoch(3));

    assertThat(ledger.epoch(3).rows()).startsWith("quiet").hasSize(3);
  }

  @Test
  void forgetsLostPartitions() {
    ledger.add(0, 10, "a");
    ledger.add(1, 10, "b");

    assertThat(ledger.forget(List.of(0, 7))).containsExactly("a");
    assertThat(ledger.size()).isEqualTo(1);
    assertThat(ledger.clear()).containsExactly("b");
    assertThat(ledger.isEmpty()).isTrue();
  }

  /** A log that is read, finished in any order, committed, and replayed after failures. */
  @Property
  void commitsEachOffsetOnceAndInOrderWhateverFails(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int partitions) {
    Random random = new Random(seed);
    Set<String> finished = new HashSet<>();
    OffsetLedger<Integer, String> subject = new OffsetLedger<>(finished::contains);
    Map<Integer, Long> committed = new HashMap<>();
    Map<Integer, Long> position = new HashMap<>();
    Map<Integer, List<String>> output = new HashMap<>();
    List<String> underWay = new ArrayList<>();
    int generation = 0;
    for (int step = 0; step < 300; step++) {
      switch (random.nextInt(5)) {
        case 0, 1 -> {
          int partition = random.nextInt(partitions);
          long offset = position.getOrDefault(partition, 0L);
          String row = partition + ":" + offset + ":" + generation;
          subject.add(partition, offset, row);
          position.put(partition, offset + 1);
          underWay.add(row);
        }
        case 2 -> {
          if (!underWay.isEmpty()) {
            finished.add(underWay.remove(random.nextInt(underWay.size())));
          }
        }
        case 3 -> {
          OffsetLedger.Epoch<Integer, String> epoch = subject.epoch(1 + random.nextInt(10));
          subject.remove(epoch);
          committed.putAll(epoch.next());
          for (String row : epoch.rows()) {
            String[] parts = row.split(":");
            output
                .computeIfAbsent(Integer.valueOf(parts[0]), key -> new ArrayList<>())
                .add(parts[1]);
          }
        }
        default -> {
          if (random.nextInt(10) == 0) {
            subject.clear();
            underWay.clear();
            position.clear();
            position.putAll(committed);
            generation++;
          }
        }
      }
    }
    output.forEach(
        (partition, offsets) -> {
          for (int i = 0; i < offsets.size(); i++) {
            assertThat(offsets.get(i)).isEqualTo(Integer.toString(i));
          }
          assertThat(committed.get(partition)).isEqualTo(offsets.size());
        });
  }
}
