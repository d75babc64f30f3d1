/** What can go wrong, in three kinds, and the dead letters in which poison ends. */
@NullMarked
package dev.prefstream.runtime.failure;

import org.jspecify.annotations.NullMarked;
