@NullMarked
package dev.prefstream.scorer.remote;

import org.jspecify.annotations.NullMarked;
