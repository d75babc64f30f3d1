/** {@code prefstream audit}: asks for a fairness audit and prints it. */
@NullMarked
package dev.prefstream.cli.audit;

import org.jspecify.annotations.NullMarked;
