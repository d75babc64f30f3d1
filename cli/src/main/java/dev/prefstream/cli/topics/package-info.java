/** {@code prefstream topics}: the catalogue's topics on a cluster. */
@NullMarked
package dev.prefstream.cli.topics;

import org.jspecify.annotations.NullMarked;
