/**
 * The {@code prefstream} command: how a configuration is given, what each exit code means, and how
 * a failure is told. Each command has a package of its own below this one.
 */
@NullMarked
package dev.prefstream.cli;

import org.jspecify.annotations.NullMarked;
