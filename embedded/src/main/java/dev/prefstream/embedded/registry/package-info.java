/**
 * A schema registry for Avro that answers the REST calls of Confluent's. No step of the data flow;
 * schemas of every topic are kept here.
 *
 * <p>From the outside in: {@link dev.prefstream.embedded.registry.RegistryRoutes} speaks HTTP,
 * {@link dev.prefstream.embedded.registry.SchemaRegistry} makes changes durable one at a time, and
 * {@link dev.prefstream.embedded.registry.RegistryState} decides what a request changes, without
 * clock, file or network.
 */
@NullMarked
package dev.prefstream.embedded.registry;

import org.jspecify.annotations.NullMarked;
