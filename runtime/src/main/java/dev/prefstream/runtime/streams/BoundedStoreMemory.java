package dev.prefstream.runtime.streams;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/**
 * Gives all state stores of the process one budget of native memory, where Kafka would give each
 * store of each partition 50 MiB of cache and up to 48 MiB of write buffers. The budget is that of
 * the first stage that starts; RocksDB exceeds it for a moment rather than fail.
 */
public final class BoundedStoreMemory implements RocksDBConfigSetter {

  static final String CONFIG = "prefstream.streams.store-memory";

  private static final long WRITE_BUFFER = 4L << 20;

  private static @Nullable Shared shared;

  /** Write buffers are paid for out of the cache and take half of it at most. */
  private record Shared(Cache cache, WriteBufferManager writeBuffers) {

    static Shared of(long bytes) {
      Cache cache = new LRUCache(bytes);
      return new Shared(cache, new WriteBufferManager(bytes / 2, cache));
    }
  }

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    Shared memory = shared(configs);
    BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(memory.cache());
    // Indexes and filters within the budget too, or they grow with the state.
    table.setCacheIndexAndFilterBlocks(true);
    table.setCacheIndexAndFilterBlocksWithHighPriority(true);
    table.setPinTopLevelIndexAndFilter(true);
    options.setTableFormatConfig(table);
    options.setWriteBufferManager(memory.writeBuffers());
    options.setWriteBufferSize(WRITE_BUFFER);
    options.setMaxWriteBufferNumber(2);
  }

  @Override
  public void close(String storeName, Options options) {
    // The memory belongs to all stores of the process and lives as long as that.
  }

  private static synchronized Shared shared(Map<String, Object> configs) {
    if (shared == null) {
      if (!(configs.get(CONFIG) instanceof Long bytes)) {
        throw new IllegalStateException(
            "the Streams configuration lacks " + CONFIG + ": build it with StreamsStage");
      }
      shared = Shared.of(bytes);
    }
    return shared;
  }
}
