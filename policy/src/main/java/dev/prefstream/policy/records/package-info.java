/** The policy's outcomes as the topics tell of them. */
@NullMarked
package dev.prefstream.policy.records;

import org.jspecify.annotations.NullMarked;
