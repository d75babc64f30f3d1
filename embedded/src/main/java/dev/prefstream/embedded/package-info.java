/**
 * The ground of a quickstart: a Kafka broker and a schema registry in this process, on the loopback
 * address, keeping their state in one folder. No step of the data flow; every step can run on it.
 */
@NullMarked
package dev.prefstream.embedded;

import org.jspecify.annotations.NullMarked;
