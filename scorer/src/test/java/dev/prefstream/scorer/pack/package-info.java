@NullMarked
package dev.prefstream.scorer.pack;

import org.jspecify.annotations.NullMarked;
