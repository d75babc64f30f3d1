package dev.prefstream.oversight;

import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Store keys of several parts, of which the first ones can be scanned for. */
final class Keys {

  /** Stands for all tenants, domains or models together. */
  static final String ALL = "*";

  /** Stands for the domain of tickets without one. */
  static final String NONE = "(none)";

  /** Stands for values beyond those that are kept apart. */
  static final String OTHER = "(other)";

  private static final Set<String> RESERVED = Set.of(ALL, NONE, OTHER);

  private Keys() {}

  /**
   * A domain as somebody named it; null where nobody did, or by a word that has its meaning here.
   */
  static @Nullable String domain(@Nullable String said) {
    return said == null || said.isBlank() || RESERVED.contains(said) ? null : said;
  }

  /** One key; different parts give different keys, and none is a prefix of another's part. */
  static String of(@Nullable Object... parts) {
    StringJoiner key = new StringJoiner("/");
    for (Object part : parts) {
      key.add(part == null ? "" : escaped(part.toString()));
    }
    return key.toString();
  }

  private static String escaped(String part) {
    return part.indexOf('%') < 0 && part.indexOf('/') < 0
        ? part
        : part.replace("%", "%25").replace("/", "%2F");
  }

  /** A part as it was before it became part of a key. */
  static String part(String inKey) {
    return inKey.replace("%2F", "/").replace("%25", "%");
  }

  /** What the keys with these first parts, and more, begin with. */
  static String prefix(@Nullable Object... parts) {
    return of(parts) + "/";
  }
}
