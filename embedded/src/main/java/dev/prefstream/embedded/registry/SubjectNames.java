package dev.prefstream.embedded.registry;

/** Names of subjects as requests give them. */
final class SubjectNames {

  /** Confluent's name for the context that this registry's subjects are all in. */
  private static final String DEFAULT_CONTEXT = ":.:";

  /** Asks for subjects of every context. */
  private static final String ANY_CONTEXT = ":*:";

  private SubjectNames() {}

  /** The name without the default context, which clients may write. */
  static String plain(String name) {
    return name.startsWith(DEFAULT_CONTEXT) ? name.substring(DEFAULT_CONTEXT.length()) : name;
  }

  /** What names must start with to be listed. */
  static String prefix(String prefix) {
    return prefix.startsWith(ANY_CONTEXT) ? prefix.substring(ANY_CONTEXT.length()) : plain(prefix);
  }

  /**
   * Refuses a name that no subject can have.
   *
   * @throws RegistryException 42208
   */
  static void requireValid(String name) {
    if (name.isEmpty() || name.chars().anyMatch(Character::isISOControl)) {
      throw RegistryException.invalidSubject(name);
    }
  }
}
