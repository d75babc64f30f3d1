/** Tests of the scoring stage as a whole, against a real broker. */
@NullMarked
package dev.prefstream.scorer;

import org.jspecify.annotations.NullMarked;
