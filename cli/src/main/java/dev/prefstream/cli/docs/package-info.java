/**
 * Pages of {@code docs/} that follow from the code: configuration, metrics, topics and their
 * AsyncAPI description.
 */
@NullMarked
package dev.prefstream.cli.docs;

import org.jspecify.annotations.NullMarked;
