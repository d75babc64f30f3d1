/** Intervals and tests for shares and associations. Pure: numbers in, numbers out. */
@NullMarked
package dev.prefstream.oversight.statistics;

import org.jspecify.annotations.NullMarked;
