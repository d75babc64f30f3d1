package dev.prefstream.embedded.registry;

/**
 * A schema under a subject.
 *
 * @param version from 1 up, in the order of registration
 * @param id the schema's id in the whole registry; the same schema under another subject has it too
 * @param deleted hidden from readers who do not ask for deleted ones; its id still resolves
 */
record SubjectVersion(String subject, int version, int id, SchemaText schema, boolean deleted) {

  SubjectVersion asDeleted() {
    return new SubjectVersion(subject, version, id, schema, true);
  }
}
