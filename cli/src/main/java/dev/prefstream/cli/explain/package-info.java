/**
 * {@code prefstream explain} and {@code /explain}: why a ticket went where it went, or why a
 * response was or was not good enough. What to leave out stands in {@code occlusion}; here it is
 * scored by the scorer's code, judged by the policy, and told.
 */
@NullMarked
package dev.prefstream.cli.explain;

import org.jspecify.annotations.NullMarked;
