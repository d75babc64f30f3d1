/**
 * A device that only takes time, to measure how rows are batched where there is no GPU. Whatever is
 * measured with it is a simulation and must be labelled so.
 */
@NullMarked
package dev.prefstream.scorer.simulated;

import org.jspecify.annotations.NullMarked;
