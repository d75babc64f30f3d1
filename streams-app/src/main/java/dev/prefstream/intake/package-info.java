/**
 * Step 1 of the data flow: {@code tickets}, {@code responses} and {@code preference-settings} in,
 * {@code scoring-requests} and {@code erasures} out. Refuses what cannot be scored, drops what came
 * before, joins responses to their tickets in whatever order they come, and gives each ticket the
 * settings it is judged by.
 */
@NullMarked
package dev.prefstream.intake;

import org.jspecify.annotations.NullMarked;
