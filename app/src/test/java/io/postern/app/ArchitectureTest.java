package io.postern.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between modules and the one package of each vendor library. */
@AnalyzeClasses(packages = "io.postern", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule theSdkDependsOnNothingOfOurs =
            noClasses()
                    .that()
                    .resideInAPackage("io.postern.sdk..")
                    .should()
                    .dependOnClassesThat()
                    .resideOutsideOfPackages("io.postern.sdk..", "java..", "org.jspecify..");

    @ArchTest
    static final ArchRule theModelKnowsNeitherProtobufNorTheOtherPackages =
            noClasses()
                    .that()
                    .resideInAPackage("io.postern.config.model..")
                    .should()
                    .dependOnClassesThat()
                    .resideOutsideOfPackages(
                            "io.postern.config.model..",
                            "io.postern.sdk..",
                            "com.google.re2j..",
                            "java..",
                            "org.jspecify..");

    @ArchTest
    static final ArchRule configurationKnowsNeitherNettyNorFilters =
            noClasses()
                    .that()
                    .resideInAPackage("io.postern.config..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.netty..",
                            "io.postern.core..",
                            "io.postern.filters..",
                            "io.postern.app..");

    @ArchTest
    static final ArchRule theDataPlaneKnowsNoProtobufAndNoFilter =
            noClasses()
                    .that()
                    .resideInAPackage("io.postern.core..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "com.google.protobuf..",
                            "io.envoyproxy..",
                            "io.postern.filters..",
                            "io.postern.app..",
                            "io.postern.config.envoy..",
                            "io.postern.config.source..",
                            "io.postern.config.message..");

    @ArchTest
    static final ArchRule resilience4jHasOnePackage =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.postern.core.upstream.resilience..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.github.resilience4j..");

    @ArchTest
    static final ArchRule filtersKnowOnlyTheSdkAndTheModel =
            noClasses()
                    .that()
                    .resideInAPackage("io.postern.filters..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.netty..",
                            "io.postern.core..",
                            "io.postern.app..",
                            "io.envoyproxy..",
                            "com.google.protobuf..",
                            "io.postern.config.envoy..",
                            "io.postern.config.source..",
                            "io.postern.config.message..");

    @ArchTest
    static final ArchRule onlyTheTranslatorsReadEnvoysMessages =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "io.postern.config.proto..",
                            "io.postern.config.envoy..",
                            "io.postern.config.message..",
                            "io.postern.config.source.xds..",
                            "io.postern.config.snapshot..",
                            "io.postern.xds..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.envoyproxy..");

    @ArchTest
    static final ArchRule documentsAreTranslatedWithoutTheDataPlane =
            noClasses()
                    .that()
                    .resideInAPackage("io.postern.xds.resources..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.netty..",
                            "io.postern.core..",
                            "io.postern.filters..",
                            "io.postern.app..",
                            "io.postern.xds.server..",
                            "io.postern.xds.oci..");

    @ArchTest
    static final ArchRule discoveryReadsOnlyTheMessagesOfTheProtocolItself =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "io.postern.config.source.xds..", "io.postern.config.snapshot..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.envoyproxy.envoy.config.cluster..",
                            "io.envoyproxy.envoy.config.listener..",
                            "io.envoyproxy.envoy.config.route..",
                            "io.envoyproxy.envoy.extensions..");

    @ArchTest
    static final ArchRule registriesKnowNothingOfTheDataPlane =
            noClasses()
                    .that()
                    .resideInAPackage("io.postern.xds.oci..")
                    .should()
                    .dependOnClassesThat()
                    .resideOutsideOfPackages(
                            "io.postern.xds.oci..",
                            "io.postern.xds.resources..",
                            "com.fasterxml.jackson..",
                            "com.github.luben.zstd..",
                            "dev.sigstore..",
                            "java..",
                            "javax.net.ssl..",
                            "org.jspecify..");

    @ArchTest
    static final ArchRule sigstoreHasOnePackage =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.postern.xds.oci.keyless..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.sigstore..");

    @ArchTest
    static final ArchRule zstdHasOnePackage =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.postern.xds.oci.layout..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("com.github.luben.zstd..");

    @ArchTest
    static final ArchRule celHasOnePackage =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.postern.filters.wasm.expr..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.cel..");

    @ArchTest
    static final ArchRule onlyTheEngineTouchesTheWasmRuntime =
            noClasses()
                    .that()
                    .resideInAPackage("io.postern..")
                    .and()
                    .resideOutsideOfPackage("io.postern.filters.wasm.engine..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("com.dylibso.chicory..");

    @ArchTest
    static final ArchRule nettyLivesInTheDataPlane =
            noClasses()
                    .that()
                    .resideInAPackage("io.postern..")
                    .and()
                    .resideOutsideOfPackages("io.postern.core..")
                    .and()
                    .doNotHaveFullyQualifiedName("io.postern.app.Assembly")
                    .and() // what the management server answers is answered on gRPC's event loops
                    .haveNameNotMatching(
                            "io\\.postern\\.xds\\.server\\.grpc\\.(EventLoops.*|XdsServer)")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.netty..");
}
