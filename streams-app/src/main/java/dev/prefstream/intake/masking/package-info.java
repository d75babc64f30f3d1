/**
 * Puts personal data out of sight before anything else reads a ticket: pure functions from a text
 * to a text, in time linear in its length whatever it holds. Every search is bounded, by a window
 * of characters or by quantifiers that never give back what they took.
 */
@NullMarked
package dev.prefstream.intake.masking;

import org.jspecify.annotations.NullMarked;
