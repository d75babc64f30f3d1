/** JMH benchmarks of single parts: packer, tokeniser, serdes. The arm jmh runs them. */
@NullMarked
package dev.prefstream.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
