/**
 * Step 1 of the data flow: {@code tickets} and {@code responses} in, {@code scoring-requests} out.
 * Refuses what cannot be scored, drops what came before, and joins responses to their tickets in
 * whatever order they come.
 */
@NullMarked
package dev.prefstream.intake;

import org.jspecify.annotations.NullMarked;
