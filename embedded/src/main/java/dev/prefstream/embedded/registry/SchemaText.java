package dev.prefstream.embedded.registry;

import java.util.List;

/**
 * What makes a schema the same as another: Avro's text without layout, and the references it needs.
 */
record SchemaText(String text, List<Reference> references) {

  SchemaText {
    references = List.copyOf(references);
  }
}
