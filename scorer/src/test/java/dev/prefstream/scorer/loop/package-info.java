@NullMarked
package dev.prefstream.scorer.loop;

import org.jspecify.annotations.NullMarked;
