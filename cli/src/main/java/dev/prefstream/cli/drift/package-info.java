/** {@code prefstream drift}: what a person says to the drift monitor. */
@NullMarked
package dev.prefstream.cli.drift;

import org.jspecify.annotations.NullMarked;
