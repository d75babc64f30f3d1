/**
 * The fabrication guard: finds the specifics a response states (versions, names from code, links,
 * numbers, paths, error codes) and which of them stand nowhere in what it answers. Pure functions,
 * without a model, in time linear in the texts.
 */
@NullMarked
package dev.prefstream.intake.fabrication;

import org.jspecify.annotations.NullMarked;
