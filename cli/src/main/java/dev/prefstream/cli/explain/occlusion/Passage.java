package dev.prefstream.cli.explain.occlusion;

/**
 * A piece of a field of a text.
 *
 * @param field its name
 * @param start in chars, inclusive
 * @param end in chars, exclusive
 */
public record Passage(Level level, String field, int start, int end) {

  /**
   * How large a piece is. Blocks and phrases stand where there are too many of the next smaller.
   */
  public enum Level {
    BLOCK,
    SENTENCE,
    PHRASE,
    WORD
  }
}
