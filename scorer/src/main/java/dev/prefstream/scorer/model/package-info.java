/** What the scoring stage asks of a model, whatever runs it. */
@NullMarked
package dev.prefstream.scorer.model;

import org.jspecify.annotations.NullMarked;
