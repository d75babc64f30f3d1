/**
 * {@code prefstream quickstart}: broker, registry and all services in one process, with sample
 * traffic, or once over a file of one's own.
 */
@NullMarked
package dev.prefstream.cli.quickstart;

import org.jspecify.annotations.NullMarked;
