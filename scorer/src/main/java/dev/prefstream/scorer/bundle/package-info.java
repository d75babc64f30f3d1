/**
 * Model bundles: folders that hold a model with everything needed to turn text into a score, and
 * the means to check that nothing in them was altered. See {@code docs/model-bundle.md}.
 */
@NullMarked
package dev.prefstream.scorer.bundle;

import org.jspecify.annotations.NullMarked;
