package dev.prefstream.drift;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.prefstream.drift", importOptions = DoNotIncludeTests.class)
class ModuleRulesTest {

  @ArchTest
  static final ArchRule DETECTION_IS_PURE =
      classes()
          .that()
          .resideInAPackage("..drift.detect..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..", "org.jspecify.annotations", "dev.prefstream.drift.detect..");

  @ArchTest
  static final ArchRule STAGES_MEET_ONLY_THROUGH_TOPICS =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.prefstream.scorer..",
              "dev.prefstream.intake..",
              "dev.prefstream.decision..",
              "dev.prefstream.oversight..",
              "dev.prefstream.streams..");
}
