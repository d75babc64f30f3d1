/**
 * What every Kafka Streams application here shares: exactly-once settings, dead-letter handlers,
 * start and stop.
 */
@NullMarked
package dev.prefstream.runtime.streams;

import org.jspecify.annotations.NullMarked;
