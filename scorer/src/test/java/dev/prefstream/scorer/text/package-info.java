@NullMarked
package dev.prefstream.scorer.text;

import org.jspecify.annotations.NullMarked;
