/**
 * The rules of decisions: pure functions from what is known of a ticket and its responses to what
 * is decided. No clock, no input or output, no Kafka, no Avro: equal input gives an equal result,
 * bit for bit, on any machine.
 */
@NullMarked
package dev.prefstream.policy;

import org.jspecify.annotations.NullMarked;
