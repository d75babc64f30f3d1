package dev.prefstream.scorer.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.prefstream.scorer.model.EncodedText;
import dev.prefstream.scorer.model.ScoringText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;

/**
 * Text to ids with a Hugging Face {@code tokenizer.json}, run by the tokenizers' own native
 * library. May be used by many threads at a time. Nothing is ever downloaded.
 */
public final class TextEncoder implements AutoCloseable {

  static {
    // DJL asks the network for native libraries and for who it runs on, unless told not to.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("RUST_FLAVOR", "cpu");
  }

  private final HuggingFaceTokenizer tokenizer;
  private final long handle;
  private final Truncation truncation;

  /**
   * @param json content of {@code tokenizer.json}; its own truncation and padding are ignored
   * @throws IllegalArgumentException when it is no tokenizer
   */
  public TextEncoder(byte[] json, Truncation truncation) {
    this.truncation = truncation;
    try {
      this.tokenizer =
          HuggingFaceTokenizer.newInstance(
              new ByteArrayInputStream(json),
              Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "true"));
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(
          "no tokenizer of the Hugging Face form (%s): write it with the tokenizers library"
              .formatted(e.getMessage()),
          e);
    }
    this.handle = tokenizer.getHandle();
    TokenizersLibrary.LIB.disableTruncation(handle);
    TokenizersLibrary.LIB.disablePadding(handle);
  }

  /** Ids of the text, special tokens added, cut to what the model takes. */
  public EncodedText encode(ScoringText source) {
    // The library's own arrays of tokens, words and spans cost more than the ids: leave them.
    TokenizersLibrary library = TokenizersLibrary.LIB;
    String text = wellFormed(source.text());
    long encoding =
        source.pair() == null
            ? library.encode(handle, text, true)
            : library.encodeDual(handle, text, wellFormed(source.pair()), true);
    try {
      long[] ids = library.getTokenIds(encoding);
      long[] segments = library.getTypeIds(encoding);
      int original = ids.length;
      if (original > truncation.maxLength()) {
        int[] kept = truncation.keep(sequences(library, encoding, original));
        ids = pick(ids, kept);
        segments = pick(segments, kept);
      }
      return EncodedText.ofIds(
          ids, Arrays.stream(segments).allMatch(id -> id == 0) ? null : segments, original);
    } finally {
      library.deleteEncoding(encoding);
    }
  }

  /** Most ids {@link #encode} gives. */
  public int maxLength() {
    return truncation.maxLength();
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  /** Sequence of each id, -1 for special tokens: the library says 0 for some of them. */
  private static long[] sequences(TokenizersLibrary library, long encoding, int length) {
    long[] sequences = library.getSequenceIds(encoding);
    long[] special = library.getSpecialTokenMask(encoding);
    long[] result = new long[length];
    Arrays.setAll(result, i -> special[i] == 1 ? -1 : sequences[i]);
    return result;
  }

  private static long[] pick(long[] from, int[] indices) {
    return Arrays.stream(indices).mapToLong(i -> from[i]).toArray();
  }

  /** The text with lone surrogates, which have no UTF-8 form, replaced by U+FFFD. */
  private static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (Character.isHighSurrogate(c)
            && i + 1 < text.length()
            && Character.isLowSurrogate(text.charAt(i + 1))) {
          i++;
        } else {
          return replaceLoneSurrogates(text);
        }
      }
    }
    return text;
  }

  private static String replaceLoneSurrogates(String text) {
    StringBuilder mended = new StringBuilder(text.length());
    text.codePoints()
        .map(
            point ->
                point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE
                    ? 0xFFFD
                    : point)
        .forEach(mended::appendCodePoint);
    return mended.toString();
  }
}
