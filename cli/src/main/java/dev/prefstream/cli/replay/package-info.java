/** {@code prefstream replay}: runs the policy again over the decision log. */
@NullMarked
package dev.prefstream.cli.replay;

import org.jspecify.annotations.NullMarked;
