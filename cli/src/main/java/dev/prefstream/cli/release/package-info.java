/** {@code prefstream release}: another model for the scorers that run. */
@NullMarked
package dev.prefstream.cli.release;

import org.jspecify.annotations.NullMarked;
