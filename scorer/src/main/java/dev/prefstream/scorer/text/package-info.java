/** From a request to token ids: template, tokenizer, truncation. */
@NullMarked
package dev.prefstream.scorer.text;

import org.jspecify.annotations.NullMarked;
