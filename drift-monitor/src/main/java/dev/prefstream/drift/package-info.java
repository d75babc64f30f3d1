/**
 * Drift, the last step of the data flow: {@code scores} in; {@code drift-reports}, {@code
 * drift-alerts} and {@code retraining-triggers} out.
 *
 * <p>Every score of a ticket becomes two small observations, one for the segment {@code all} and
 * one for its tenant, region and language. They are repartitioned by segment, so one task sees all
 * predictions of a segment, in an order that is fixed once they are written there. {@link
 * dev.prefstream.drift.detect} holds the statistics and the life of an incident as pure functions;
 * this package keeps their state in a changelogged store and writes what they decide.
 */
@NullMarked
package dev.prefstream.drift;

import org.jspecify.annotations.NullMarked;
