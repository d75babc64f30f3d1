@NullMarked
package dev.prefstream.scorer.model;

import org.jspecify.annotations.NullMarked;
