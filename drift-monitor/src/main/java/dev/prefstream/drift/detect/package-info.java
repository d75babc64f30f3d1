/**
 * Detectors of change in a stream of scores, the life of an incident, and what both need to know of
 * numbers. Pure: imports {@code java.*} and itself, reads no clock, holds no thread. Parameters are
 * immutable records; state is what a store keeps.
 */
@NullMarked
package dev.prefstream.drift.detect;

import org.jspecify.annotations.NullMarked;
