package dev.prefstream.embedded.registry;

/**
 * Another registered schema that a schema builds on.
 *
 * @param name full name of the type that is used from it
 * @param version version under the subject, at least 1
 */
record Reference(String name, String subject, int version) {}
