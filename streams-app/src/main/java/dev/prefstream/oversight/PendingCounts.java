package dev.prefstream.oversight;

import dev.prefstream.runtime.streams.StateSerde;
import dev.prefstream.schemas.avro.CellTally;
import dev.prefstream.schemas.avro.CountCell;
import dev.prefstream.schemas.avro.ModelRef;
import dev.prefstream.schemas.avro.Tally;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * What has changed in the counts since it was last sent on, by cell. A busy cell is sent once for
 * many decisions. Small, so in memory over a changelog.
 */
record PendingCounts(KeyValueStore<String, CellTally> store) {

  static final String STORE = "oversight-pending";

  static StoreBuilder<?> builder() {
    return Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(STORE), Serdes.String(), StateSerde.of(CellTally.class))
        // A cell that changed with many decisions is written to the changelog once a commit.
        .withCachingEnabled();
  }

  static PendingCounts of(ProcessingContext context) {
    return new PendingCounts(context.getStateStore(STORE));
  }

  /** Counts {@code after} in place of {@code before}. */
  void replace(Optional<CellTally> before, Optional<CellTally> after) {
    if (before.equals(after)) {
      return;
    }
    before.ifPresent(
        counted -> put(counted.getCell(), Tallies.minus(pending(counted), counted.getTally())));
    after.ifPresent(
        counted -> put(counted.getCell(), Tallies.plus(pending(counted), counted.getTally())));
  }

  /** Takes all changes out. */
  List<CellTally> take() {
    List<CellTally> taken = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    try (KeyValueIterator<String, CellTally> all = store.all()) {
      all.forEachRemaining(
          entry -> {
            keys.add(entry.key);
            taken.add(entry.value);
          });
    }
    keys.forEach(store::delete);
    return taken;
  }

  private Tally pending(CellTally counted) {
    CellTally found = store.get(key(counted.getCell()));
    return found == null ? Tallies.none() : found.getTally();
  }

  private void put(CountCell cell, Tally tally) {
    store.put(key(cell), new CellTally(cell, tally));
  }

  private static String key(CountCell cell) {
    ModelRef model = cell.getModel();
    return Keys.of(
        cell.getDay(),
        cell.getTenantId(),
        cell.getDomain(),
        cell.getLabelDomain(),
        model.getId(),
        model.getVersion(),
        model.getHash(),
        cell.getRegion(),
        cell.getLanguage(),
        cell.getAuditGroup());
  }
}
