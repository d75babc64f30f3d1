package dev.prefstream.policy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.prefstream.policy", importOptions = DoNotIncludeTests.class)
class ModuleRulesTest {

  @ArchTest
  static final ArchRule THE_POLICY_IS_PURE =
      classes()
          .that()
          .resideInAPackage("dev.prefstream.policy")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", "org.jspecify.annotations", "dev.prefstream.policy");

  @ArchTest
  static final ArchRule ITS_RECORDS_KNOW_THE_LANGUAGE_AND_NO_MORE =
      classes()
          .that()
          .resideInAPackage("dev.prefstream.policy.records")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "org.apache.avro..",
              "org.jspecify.annotations",
              "dev.prefstream.policy..",
              "dev.prefstream.schemas.avro");
}
