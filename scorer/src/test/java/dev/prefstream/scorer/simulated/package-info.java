@NullMarked
package dev.prefstream.scorer.simulated;

import org.jspecify.annotations.NullMarked;
