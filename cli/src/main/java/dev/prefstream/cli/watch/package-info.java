/** {@code prefstream watch}: a topic's records, decoded, one JSON a line. */
@NullMarked
package dev.prefstream.cli.watch;

import org.jspecify.annotations.NullMarked;
