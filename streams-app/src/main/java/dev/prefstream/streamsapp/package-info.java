/**
 * Puts the stream stages together: intake (step 1), decision (step 3) and oversight (step 4 of the
 * data flow), one Kafka Streams application each.
 */
@NullMarked
package dev.prefstream.streamsapp;

import org.jspecify.annotations.NullMarked;
