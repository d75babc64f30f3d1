package dev.prefstream.cli.publish;

import java.util.List;

/**
 * How the lines of one kind of file become records. Implementations are stateless.
 *
 * @param <V> record class
 */
interface LineForm<V> {

  /**
   * The outcomes of one line, in order; none when it holds nothing.
   *
   * @throws dev.prefstream.runtime.failure.PoisonException when the whole line cannot be a record;
   *     the message never holds customer text
   */
  List<Outcome<V>> read(Fields line);

  /**
   * Fields that may hold the key, the first that is there wins; to name who a bad line is about.
   */
  List<String> keyFields();
}
