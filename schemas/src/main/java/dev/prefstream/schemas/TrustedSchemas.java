package dev.prefstream.schemas;

import org.apache.avro.util.ClassSecurityValidator;

/**
 * Tells Avro that the classes generated from our schemas may be made from data. Since 1.12.2 Avro
 * refuses every record class that nobody vouches for (the guard against CVE-2024-47561 and its
 * kin). The build puts a call to {@link #install} into each generated class, so that users of these
 * classes need no JVM flag; what others trust stays trusted.
 */
public final class TrustedSchemas {

  private static final String PACKAGE = "dev.prefstream.schemas.avro";

  static {
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(
            ClassSecurityValidator.getGlobal(), type -> type.getPackageName().equals(PACKAGE)));
  }

  private TrustedSchemas() {}

  /** Does its work when this class is loaded; calling it again does nothing. */
  public static void install() {
    // The static initialiser above runs once, before the first call returns.
  }
}
