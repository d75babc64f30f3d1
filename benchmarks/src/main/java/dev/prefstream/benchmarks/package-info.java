/**
 * The load harness: runs arms of a comparison in one run on one machine, in rotated order, and
 * reports them against the targets. Beside the data flow, not a step of it: arms start whole
 * pipelines, single stages, or bare loops to compare them with.
 */
@NullMarked
package dev.prefstream.benchmarks;

import org.jspecify.annotations.NullMarked;
