package dev.prefstream.embedded.registry;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * A durable schema registry: the state machine and its file. Requests run one at a time; a change
 * is on disk before its answer is given. Safe for use by many threads.
 */
public final class SchemaRegistry implements AutoCloseable {

  private final RegistryState state = new RegistryState();
  private final RegistryJournal journal;

  private SchemaRegistry(RegistryJournal journal) {
    this.journal = journal;
    journal.kept().forEach(state::apply);
  }

  /**
   * Opens the registry that the file holds, an empty one where there is no file.
   *
   * @throws IOException when the file cannot be read and written or is damaged; the message says
   *     where
   */
  public static SchemaRegistry open(Path file) throws IOException {
    return new SchemaRegistry(RegistryJournal.open(file));
  }

  synchronized <T> T ask(Function<RegistryState, T> question) {
    return question.apply(state);
  }

  /**
   * @throws RegistryException 50001 when the change cannot be written, and whatever {@code
   *     decision} throws; nothing has changed then
   */
  synchronized <T> T change(Function<RegistryState, Change<T>> decision) {
    Change<T> change = decision.apply(state);
    if (!change.events().isEmpty()) {
      try {
        journal.append(change.events());
      } catch (IOException e) {
        throw RegistryException.storeFailed(e);
      }
      change.events().forEach(state::apply);
    }
    return change.answer();
  }

  @Override
  public synchronized void close() throws IOException {
    journal.close();
  }
}
