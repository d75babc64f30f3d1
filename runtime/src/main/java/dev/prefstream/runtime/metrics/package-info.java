/** The catalogue of metrics. */
@NullMarked
package dev.prefstream.runtime.metrics;

import org.jspecify.annotations.NullMarked;
