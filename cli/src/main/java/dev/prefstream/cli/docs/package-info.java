/** Pages of {@code docs/} that follow from the code: configuration, metrics and topics. */
@NullMarked
package dev.prefstream.cli.docs;

import org.jspecify.annotations.NullMarked;
