/**
 * Which rows share a batch, and when it goes to the device. Pure: imports {@code java.*} only, and
 * time is an argument.
 */
@NullMarked
package dev.prefstream.scorer.pack;

import org.jspecify.annotations.NullMarked;
