package dev.prefstream.embedded.registry;

import java.util.function.Predicate;

/** Which versions a reader wants to see. */
enum Deleted implements Predicate<SubjectVersion> {
  HIDDEN,
  INCLUDED,
  ONLY;

  static Deleted of(boolean deleted, boolean only) {
    return only ? ONLY : deleted ? INCLUDED : HIDDEN;
  }

  @Override
  public boolean test(SubjectVersion version) {
    return switch (this) {
      case HIDDEN -> !version.deleted();
      case INCLUDED -> true;
      case ONLY -> version.deleted();
    };
  }
}
