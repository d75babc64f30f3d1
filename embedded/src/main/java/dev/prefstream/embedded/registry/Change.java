package dev.prefstream.embedded.registry;

import java.util.List;

/**
 * What a request does: the events to keep, and the answer once they are kept.
 *
 * @param events empty when nothing changes
 */
record Change<T>(List<RegistryEvent> events, T answer) {}
