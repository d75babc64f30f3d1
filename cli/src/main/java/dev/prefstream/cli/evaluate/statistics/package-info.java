/**
 * Figures of quality and their intervals. Pure: no files, no clocks, no models; the same numbers
 * give the same figures. A figure that does not exist (an AUC of one class) is NaN.
 */
@NullMarked
package dev.prefstream.cli.evaluate.statistics;

import org.jspecify.annotations.NullMarked;
