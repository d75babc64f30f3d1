package dev.prefstream.oversight;

import dev.prefstream.schemas.avro.ModelRef;

/** Decisions of one model in one domain, or in {@link Keys#ALL}. */
record Stratum(String domain, ModelRef model) {

  Stratum inAllDomains() {
    return in(Keys.ALL);
  }

  Stratum in(String otherDomain) {
    return new Stratum(otherDomain, model);
  }
}
