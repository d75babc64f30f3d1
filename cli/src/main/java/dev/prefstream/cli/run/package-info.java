/** {@code prefstream run}: one of the three services against an outside cluster. */
@NullMarked
package dev.prefstream.cli.run;

import org.jspecify.annotations.NullMarked;
