/**
 * Drift, the last step of the data flow: {@code scores} and {@code erasures} in; {@code
 * drift-reports}, {@code drift-alerts} and {@code retraining-triggers} out.
 *
 * <p>Three sub-topologies, and one that sends erasures on. <b>Observe</b>, by partition of scores,
 * makes of every ticket's score two small observations, one for the whole stream and one for its
 * tenant, region and language, and sends them on in batches by segment. <b>Watch</b>, by segment,
 * runs the detectors and the life of the segment's incident, and reports every window.
 * <b>Conclude</b>, one task, hears of all segments' incidents and of accuracy, says once what there
 * is to say, naming no erased ticket, and asks for retraining.
 *
 * <p>{@link dev.prefstream.drift.detect} holds the statistics and the life of an incident as pure
 * functions; this package keeps their state in changelogged stores and writes what they decide.
 */
@NullMarked
package dev.prefstream.drift;

import org.jspecify.annotations.NullMarked;
