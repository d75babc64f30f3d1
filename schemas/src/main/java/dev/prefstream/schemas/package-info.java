/**
 * The language every stage speaks: Avro schemas (generated into {@code dev.prefstream.schemas.avro}
 * from {@code src/main/avro}), the topic catalogue, the names of headers, and serdes in Confluent
 * wire format. Depends on nothing else of ours.
 */
@NullMarked
package dev.prefstream.schemas;

import org.jspecify.annotations.NullMarked;
