/** Client settings and topic names of one installation. */
@NullMarked
package dev.prefstream.runtime.kafka;

import org.jspecify.annotations.NullMarked;
