package dev.prefstream.scorer.remote;

import dev.prefstream.scorer.bundle.RemoteModel;
import dev.prefstream.scorer.model.Task;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How servers are reached, whatever the model.
 *
 * @param endpoints by the task's word, or by the empty text for all tasks; they go before what a
 *     bundle says
 * @param timeout for one request and its whole answer
 * @param startTimeout how long opening a model waits for a server that is not ready
 * @param goldenInterval how often a golden case is asked between batches
 */
public record RemoteAccess(
    Map<String, URI> endpoints,
    Duration timeout,
    Duration startTimeout,
    Duration goldenInterval,
    BearerToken token) {

  public RemoteAccess {
    endpoints = Map.copyOf(endpoints);
  }

  /** Where the server for a task is, when anybody says so. */
  Optional<URI> endpoint(Task task, RemoteModel remote) {
    @Nullable URI configured = endpoints.getOrDefault(task.word(), endpoints.get(""));
    return configured != null
        ? Optional.of(configured)
        : Optional.ofNullable(remote.endpoint()).map(RemoteModel::checkEndpoint);
  }
}
