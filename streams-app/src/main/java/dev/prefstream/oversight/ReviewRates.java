package dev.prefstream.oversight;

import static java.util.Objects.requireNonNull;

import dev.prefstream.oversight.OversightOptions.Scope;
import dev.prefstream.runtime.streams.StateSerde;
import dev.prefstream.schemas.avro.ModelRef;
import dev.prefstream.schemas.avro.ReviewPlan;
import java.time.Instant;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * The sampling rates in force: the last plan of each stratum, all strata in every task. Small, so
 * in memory over a changelog.
 */
record ReviewRates(KeyValueStore<String, ReviewPlan> plans, OversightOptions.Review options) {

  static final String STORE = "oversight-plans";

  private static final String START = "start";

  /**
   * @param value share of decisions to ask about, in [0, 1]
   * @param version of the plan that says so
   */
  record Rate(double value, String version) {}

  static StoreBuilder<?> builder() {
    return Stores.keyValueStoreBuilder(
        Stores.inMemoryKeyValueStore(STORE), Serdes.String(), StateSerde.of(ReviewPlan.class));
  }

  static ReviewRates of(ProcessingContext context, OversightOptions options) {
    return new ReviewRates(context.getStateStore(STORE), options.review());
  }

  /** The rate for a decision made at that time. */
  Rate rate(String tenantId, String domain, ModelRef model, Instant decidedAt) {
    String scope = options.scope() == Scope.TENANT ? tenantId : Keys.ALL;
    ReviewPlan own = plans.get(key(scope, domain, model));
    // Domains beyond those that are kept apart are planned for together.
    ReviewPlan plan = own != null ? own : plans.get(key(scope, Keys.OTHER, model));
    if (plan == null) {
      return new Rate(options.startRate(), START);
    }
    boolean inWindow = decidedAt.isBefore(plan.getWindowEnd());
    return new Rate(inWindow ? plan.getRate() : plan.getNextRate(), plan.getVersion());
  }

  /** Name of a stratum; the key of its plan. */
  static String key(String scope, String domain, ModelRef model) {
    return Keys.of(scope, domain, model.getId(), model.getVersion(), model.getHash());
  }

  /** Puts each plan into the store; one without value takes it back. */
  static final class Keeper implements Processor<String, ReviewPlan, Void, Void> {

    private @Nullable KeyValueStore<String, ReviewPlan> store;

    @Override
    public void init(ProcessorContext<Void, Void> context) {
      store = context.getStateStore(STORE);
    }

    @Override
    public void process(Record<String, ReviewPlan> record) {
      requireNonNull(store).put(record.key(), record.value());
    }
  }
}
