/** Client settings and topic names of one installation, and whether its brokers are heard. */
@NullMarked
package dev.prefstream.runtime.kafka;

import org.jspecify.annotations.NullMarked;
