package dev.prefstream.cli.evaluate;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.prefstream.cli.evaluate", importOptions = DoNotIncludeTests.class)
class ModuleRulesTest {

  @ArchTest
  static final ArchRule STATISTICS_ARE_PURE =
      classes()
          .that()
          .resideInAPackage("..evaluate.statistics..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..", "org.jspecify.annotations", "dev.prefstream.cli.evaluate.statistics..");
}
