@NullMarked
package dev.prefstream.scorer.bundle;

import org.jspecify.annotations.NullMarked;
