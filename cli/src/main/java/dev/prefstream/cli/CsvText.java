package dev.prefstream.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * The text of a CSV file: UTF-8, without the byte order mark that spreadsheets put before it. The
 * mark must be gone before the parser looks, to which a quote behind it would be part of a name.
 */
public final class CsvText {

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  /**
   * Stands where bytes are no UTF-8 in what {@link #marked} reads. Half of a surrogate pair, to
   * which no UTF-8 decodes.
   */
  public static final char NOT_UTF8 = '\uDC80';

  private CsvText() {}

  /**
   * Reads strictly: throws {@link java.nio.charset.MalformedInputException} at what is no UTF-8.
   */
  public static BufferedReader strict(InputStream in) throws IOException {
    return withoutMark(in, StandardCharsets.UTF_8.newDecoder());
  }

  /** Reads on where bytes are no UTF-8, with {@link #NOT_UTF8} in their place. */
  public static BufferedReader marked(InputStream in) throws IOException {
    return withoutMark(
        in,
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .replaceWith(String.valueOf(NOT_UTF8)));
  }

  private static BufferedReader withoutMark(InputStream in, CharsetDecoder decoder)
      throws IOException {
    BufferedReader text = new BufferedReader(new InputStreamReader(in, decoder));
    text.mark(1);
    if (text.read() != BYTE_ORDER_MARK) {
      text.reset();
    }
    return text;
  }
}
