/**
 * Occlusion (Zeiler and Fergus 2014, "Visualizing and understanding convolutional networks",
 * section 4.2, for text): what a score is without a passage tells what the passage carries. Pure:
 * plans what to leave out, and reads the outcomes; who scores them stands elsewhere.
 */
@NullMarked
package dev.prefstream.cli.explain.occlusion;

import org.jspecify.annotations.NullMarked;
