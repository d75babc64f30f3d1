/**
 * Typed configuration: options are defined once, values come from a file, the environment and the
 * command line, in rising order.
 */
@NullMarked
package dev.prefstream.runtime.config;

import org.jspecify.annotations.NullMarked;
