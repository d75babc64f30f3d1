package dev.prefstream.scorer.loop;

import dev.prefstream.scorer.model.ModelIdentity;
import dev.prefstream.scorer.model.ScoringModel;
import dev.prefstream.scorer.model.Task;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The models in service, one for each task, and those that still finish rows after another one took
 * over. Safe for use by many threads.
 */
final class ServedModels implements AutoCloseable {

  private volatile Map<Task, ServedModel> current;
  private final List<ServedModel> all = new CopyOnWriteArrayList<>();

  ServedModels(Collection<? extends ScoringModel> models) {
    Map<Task, ServedModel> served = new EnumMap<>(Task.class);
    for (ScoringModel model : models) {
      served.put(model.identity().task(), new ServedModel(model));
    }
    this.current = Map.copyOf(served);
    this.all.addAll(served.values());
  }

  /** The model for a task, when there is one, kept for one row until that releases it. */
  Optional<ServedModel> acquire(Task task) {
    while (true) {
      ServedModel served = current.get(task);
      if (served == null || served.retain()) {
        return Optional.ofNullable(served);
      }
      // Another one has just taken over.
    }
  }

  /** The model in service for a task, when there is one. */
  Optional<ModelIdentity> identity(Task task) {
    return Optional.ofNullable(current.get(task)).map(served -> served.model().identity());
  }

  /**
   * Puts a model into service in place of the one of its task. Rows already prepared stay there.
   */
  synchronized void replace(ScoringModel model) {
    ServedModel served = new ServedModel(model);
    Map<Task, ServedModel> changed = new EnumMap<>(Task.class);
    changed.putAll(current);
    ServedModel old = changed.put(served.task(), served);
    all.add(served);
    current = Map.copyOf(changed);
    if (old != null) {
      old.retire();
    }
  }

  /** Closes models that nothing needs any more. */
  synchronized void closeUnused() {
    List<ServedModel> unused = all.stream().filter(ServedModel::unused).toList();
    all.removeAll(unused);
    unused.forEach(served -> served.model().close());
  }

  @Override
  public synchronized void close() {
    all.forEach(served -> served.model().close());
    all.clear();
  }
}
