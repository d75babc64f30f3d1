/** Start, health and stop of a service, and its HTTP address for probes and metrics. */
@NullMarked
package dev.prefstream.runtime.service;

import org.jspecify.annotations.NullMarked;
