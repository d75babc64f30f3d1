package dev.prefstream.streamsapp;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = {
      "dev.prefstream.intake",
      "dev.prefstream.decision",
      "dev.prefstream.oversight",
      "dev.prefstream.streamsapp"
    },
    importOptions = DoNotIncludeTests.class)
class ModuleRulesTest {

  @ArchTest
  static final ArchRule MASKING_IS_PURE =
      classes()
          .that()
          .resideInAPackage("..intake.masking..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..", "org.jspecify.annotations", "dev.prefstream.intake.masking..");

  @ArchTest
  static final ArchRule THE_FABRICATION_GUARD_IS_PURE =
      classes()
          .that()
          .resideInAPackage("..intake.fabrication..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..", "org.jspecify.annotations", "dev.prefstream.intake.fabrication..");

  @ArchTest
  static final ArchRule STATISTICS_ARE_PURE =
      classes()
          .that()
          .resideInAPackage("..oversight.statistics..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..", "org.jspecify.annotations", "dev.prefstream.oversight.statistics..");

  @ArchTest
  static final ArchRule STAGES_MEET_ONLY_THROUGH_TOPICS =
      slices()
          .matching("dev.prefstream.(*)..")
          .should()
          .notDependOnEachOther()
          .ignoreDependency(resideInAPackage("dev.prefstream.streamsapp"), alwaysTrue())
          .ignoreDependency(
              alwaysTrue(),
              resideInAnyPackage(
                  "dev.prefstream.schemas..",
                  "dev.prefstream.policy..",
                  "dev.prefstream.runtime.."));

  @ArchTest
  static final ArchRule OTHER_DEPLOYABLES_ARE_UNKNOWN =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.prefstream.scorer..", "dev.prefstream.drift..");
}
