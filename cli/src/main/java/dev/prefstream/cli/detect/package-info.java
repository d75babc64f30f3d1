/** {@code prefstream detect}: the drift detectors over a column of a CSV file. */
@NullMarked
package dev.prefstream.cli.detect;

import org.jspecify.annotations.NullMarked;
