/**
 * The scoring stage's own parts put together in ways that the product does not offer, to measure
 * what a property of it costs. In the stage's package, because those parts are nobody else's.
 */
@NullMarked
package dev.prefstream.scorer.loop;

import org.jspecify.annotations.NullMarked;
