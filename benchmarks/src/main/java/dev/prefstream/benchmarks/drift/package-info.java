/**
 * Measures what the drift detectors promise: how often they alarm without cause and how late they
 * see a change. No Kafka and no clock but for the bound on the time.
 */
@NullMarked
package dev.prefstream.benchmarks.drift;

import org.jspecify.annotations.NullMarked;
