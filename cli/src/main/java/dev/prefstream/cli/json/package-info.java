/** Records as plain JSON for people and shell tools. */
@NullMarked
package dev.prefstream.cli.json;

import org.jspecify.annotations.NullMarked;
