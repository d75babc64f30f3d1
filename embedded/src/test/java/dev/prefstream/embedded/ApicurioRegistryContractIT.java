package dev.prefstream.embedded;

import static java.util.Map.entry;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Holds the contract against a registry that others wrote: Apicurio Registry 2.6.13, through the
 * API it offers to Confluent's clients. Run by {@code mvn -Papicurio verify}.
 */
@ExtendWith(ApicurioRegistryContractIT.Differences.class)
class ApicurioRegistryContractIT extends RegistryContract {

  /**
   * Where Apicurio differs from what Confluent documents, and how. These tests must fail; one that
   * passes has to leave the list.
   */
  private static final Map<String, String> DIFFERENCES =
      Map.ofEntries(
          entry(
              "normalisingMakesOrderOfPropertiesIrrelevant",
              "normalize=true leaves properties in their order"),
          entry("givesTheBareSchemaOfAnId", "no /schemas/ids/{id}/schema"),
          entry("listsTheSubjectsOfAnId", "no /schemas/ids/{id}/subjects"),
          entry("listsSubjectsByPrefix", "subjectPrefix does nothing"),
          entry(
              "comparesWithAsManyVersionsAsTheLevelDemands",
              "compares with all versions at every level"),
          entry("anythingFitsASubjectThatIsNotThere", "404 with 40401"),
          entry(
              "levelNoneTakesEverything",
              "NONE takes a subject's level away, so the global one applies"),
          entry("saysThatASubjectHasNoLevelOfItsOwn", "answers NONE"),
          entry("fallsBackToTheGlobalLevelWhenAsked", "answers NONE"),
          entry("refusesALevelThatIsNone", "400 with a text that is not JSON"),
          entry("modeIsReadwrite", "no modes"),
          entry("refusesAModeThatIsNone", "no modes"),
          entry("aReadOnlySubjectDoesNotChange", "no modes"),
          entry("refusesToDeleteASubjectOutOfOrder", "code 40405 with status 409"),
          entry("refusesToDeleteAVersionOutOfOrder", "code 40407 with status 409"),
          entry("namesTheSubjectThatIsNotThere", "code 40401 with words of its own"),
          entry("refusesVersionsThatAreNone", "404 with 40402"),
          entry("refusesAnEmptySchema", "takes it"),
          entry("refusesATypeThatIsNone", "500 with error code 0"),
          entry("rootIsAnEmptyObject", "a page about its APIs"),
          entry("answersUnknownPathsWithAnErrorBody", "404 with error code 0"));

  @SuppressWarnings("NullAway.Init")
  private static ApicurioProcess apicurio;

  @BeforeAll
  static void start() throws IOException {
    apicurio =
        ApicurioProcess.start(Path.of(requireNonNull(System.getProperty("apicurio.directory"))));
    // It starts with NONE.
    new Rest(apicurio.confluentUrl()).put("/config", "{\"compatibility\":\"BACKWARD\"}");
  }

  @AfterAll
  static void stop() {
    apicurio.close();
  }

  @Override
  public String url() {
    return apicurio.confluentUrl();
  }

  /** Turns the outcome of the listed tests around, and notices names in the list that are none. */
  static final class Differences implements InvocationInterceptor, AfterAllCallback {

    private final Set<String> met = new HashSet<>();

    @Override
    public void interceptTestMethod(
        Invocation<Void> invocation,
        ReflectiveInvocationContext<Method> test,
        ExtensionContext context)
        throws Throwable {
      String name = test.getExecutable().getName();
      String difference = DIFFERENCES.get(name);
      if (difference == null) {
        invocation.proceed();
        return;
      }
      met.add(name);
      assertThat(catchThrowable(invocation::proceed))
          .as("%s passes, so this is no difference any more: %s", name, difference)
          .isNotNull();
    }

    @Override
    public void afterAll(ExtensionContext context) {
      assertThat(met).as("listed differences are tests").isEqualTo(DIFFERENCES.keySet());
    }
  }
}
