package dev.prefstream.embedded.registry;

import org.jspecify.annotations.Nullable;

/**
 * A request that is refused. Codes and messages are those of Confluent's REST API, which clients
 * compare; the HTTP status is the first three digits of the code.
 */
final class RegistryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int code;

  private RegistryException(int code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  int code() {
    return code;
  }

  int status() {
    return code >= 1000 ? code / 100 : code;
  }

  String text() {
    return String.valueOf(getMessage());
  }

  static RegistryException subjectNotFound(String subject) {
    return refused(40401, "Subject '%s' not found.".formatted(subject));
  }

  static RegistryException versionNotFound(VersionId version) {
    return refused(40402, "Version %s not found.".formatted(version.number()));
  }

  static RegistryException schemaNotFound() {
    return refused(40403, "Schema not found");
  }

  static RegistryException schemaNotFound(int id) {
    return refused(40403, "Schema %s not found".formatted(id));
  }

  static RegistryException subjectDeleted(String subject) {
    return refused(
        40404,
        "Subject '%s' was soft deleted. Set permanent=true to delete permanently"
            .formatted(subject));
  }

  static RegistryException subjectNotDeleted(String subject) {
    return refused(
        40405,
        "Subject '%s' was not deleted first before being permanently deleted".formatted(subject));
  }

  static RegistryException versionDeleted(String subject, int version) {
    return refused(
        40406,
        "Subject '%s' Version %s was soft deleted. Set permanent=true to delete permanently"
            .formatted(subject, version));
  }

  static RegistryException versionNotDeleted(String subject, int version) {
    return refused(
        40407,
        "Subject '%s' Version %s was not deleted first before being permanently deleted"
            .formatted(subject, version));
  }

  static RegistryException noOwnLevel(String subject) {
    return refused(
        40408,
        "Subject '%s' does not have subject-level compatibility configured".formatted(subject));
  }

  static RegistryException noOwnMode(String subject) {
    return refused(
        40409, "Subject '%s' does not have subject-level mode configured".formatted(subject));
  }

  static RegistryException incompatible(String subject, Object details) {
    return refused(
        409,
        "Schema being registered is incompatible with an earlier schema for subject \"%s\", details: %s"
            .formatted(subject, details));
  }

  static RegistryException invalidSchema(String details, @Nullable Throwable cause) {
    return new RegistryException(42201, details, cause);
  }

  static RegistryException invalidVersion(String version) {
    return refused(
        42202,
        "The specified version '%s' is not a valid version id. Allowed values are between [1, 2^31-1] and the string \"latest\""
            .formatted(version));
  }

  static RegistryException invalidLevel() {
    return refused(
        42203,
        "Invalid compatibility level. Valid values are none, backward, forward, full, backward_transitive, forward_transitive, and full_transitive");
  }

  static RegistryException invalidMode() {
    return refused(
        42204, "Invalid mode. Valid values here are READWRITE, READONLY, and READONLY_OVERRIDE");
  }

  static RegistryException notPermitted(String details) {
    return refused(42205, details);
  }

  static RegistryException referenced(String subject, int version) {
    return refused(
        42206,
        "One or more references exist to the schema of subject '%s' version %d: delete what refers to it first"
            .formatted(subject, version));
  }

  static RegistryException invalidSubject(String subject) {
    return refused(42208, "The specified subject '%s' is not a valid.".formatted(subject));
  }

  static RegistryException tooLarge(int limit) {
    return refused(42209, "The request is too large: at most %d bytes are taken".formatted(limit));
  }

  static RegistryException storeFailed(Throwable cause) {
    return new RegistryException(
        50001,
        "The change could not be written (%s) and was not made: check the registry's disk"
            .formatted(cause),
        cause);
  }

  /** A refusal by the HTTP rules themselves; the code is the status. */
  static RegistryException http(int status, String details) {
    return refused(status, "HTTP %d %s".formatted(status, details));
  }

  private static RegistryException refused(int code, String message) {
    return new RegistryException(code, message, null);
  }
}
