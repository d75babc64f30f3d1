/** {@code prefstream forget}: the right to be forgotten, as an order on {@code tickets}. */
@NullMarked
package dev.prefstream.cli.forget;

import org.jspecify.annotations.NullMarked;
