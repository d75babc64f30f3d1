package dev.prefstream.oversight;

import java.time.Duration;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Windows and months whose counts changed since they were last told of, and months that are yet to
 * be told of for the last time. Small, so in memory over a changelog.
 *
 * @param store by kind, period and scope; the value says whether the counts changed or rest
 */
record DueReports(KeyValueStore<String, String> store) {

  static final String STORE = "oversight-due";

  private static final String WINDOW = "window";
  private static final String MONTH = "month";
  private static final String CHANGED = "changed";
  private static final String AT_REST = "at-rest";

  /** A window to report on. */
  record DueWindow(String scope, Window window) {}

  /**
   * A month to audit.
   *
   * @param changed since the last audit
   */
  record DueMonth(String scope, YearMonth month, boolean changed) {}

  static StoreBuilder<?> builder() {
    return Stores.keyValueStoreBuilder(
        Stores.inMemoryKeyValueStore(STORE), Serdes.String(), Serdes.String());
  }

  static DueReports of(ProcessingContext context) {
    return new DueReports(context.getStateStore(STORE));
  }

  /** Counts of that day changed. */
  void changed(String scope, long day, Duration length) {
    put(WINDOW, LocalDate.ofEpochDay(Window.holding(day, length).firstDay()), scope, CHANGED);
    put(MONTH, Window.month(day), scope, CHANGED);
  }

  /** Takes out the windows that are due. */
  List<DueWindow> takeWindows(Duration length) {
    List<DueWindow> due = new ArrayList<>();
    for (KeyValue<String, String> entry : entries(WINDOW)) {
      store.delete(entry.key);
      String[] parts = parts(entry.key);
      long first = LocalDate.parse(parts[1]).toEpochDay();
      due.add(new DueWindow(scope(parts), new Window(first, first + length.toDays())));
    }
    return due;
  }

  /** The months that are due; they stay so until {@link #done}. */
  List<DueMonth> months() {
    List<DueMonth> due = new ArrayList<>();
    for (KeyValue<String, String> entry : entries(MONTH)) {
      String[] parts = parts(entry.key);
      due.add(new DueMonth(scope(parts), YearMonth.parse(parts[1]), entry.value.equals(CHANGED)));
    }
    return due;
  }

  /** The month was audited with the counts it has now. */
  void atRest(DueMonth due) {
    put(MONTH, due.month(), due.scope(), AT_REST);
  }

  /** The month was audited for the last time, unless its counts change once more. */
  void done(DueMonth due) {
    store.delete(Keys.of(MONTH, due.month(), due.scope()));
  }

  /** Most counts change many times before they are told of; the first of them is written. */
  private void put(String kind, Object period, String scope, String value) {
    String key = Keys.of(kind, period, scope);
    if (!value.equals(store.get(key))) {
      store.put(key, value);
    }
  }

  private List<KeyValue<String, String>> entries(String kind) {
    List<KeyValue<String, String>> entries = new ArrayList<>();
    try (KeyValueIterator<String, String> found =
        store.prefixScan(Keys.prefix(kind), new StringSerializer())) {
      found.forEachRemaining(entries::add);
    }
    return entries;
  }

  private static String[] parts(String key) {
    return key.split("/", 3);
  }

  private static String scope(String[] parts) {
    return Keys.part(parts[2]);
  }
}
