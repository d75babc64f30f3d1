/**
 * Before intake: lines of a file become records on the input topics, each exactly once, and what
 * cannot be a record becomes a dead letter.
 */
@NullMarked
package dev.prefstream.cli.publish;

import org.jspecify.annotations.NullMarked;
