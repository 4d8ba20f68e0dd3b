package dev.persys;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import dev.persys.scheduler.record.TermMessage;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The rules of docs/adr and of the module layout that a compiler does not hold. */
@AnalyzeClasses(
        packages = "dev.persys",
        importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.DoNotIncludeTestJars.class})
final class ArchitectureTest {
    private static final String[] CORE = {
        "dev.persys.model..",
        "dev.persys.lifecycle..",
        "dev.persys.placement..",
        "dev.persys.reconcile..",
        "dev.persys.store..",
        "dev.persys.audit..",
        "dev.persys.runtime..",
        "dev.persys.protocol..",
        "dev.persys.api..",
        "dev.persys.trust..",
        "dev.persys.access..",
        "dev.persys.secrets..",
        "dev.persys.auth..",
        "dev.persys.join.."
    };
    private static final String[] PURE = {
        "dev.persys.model..",
        "dev.persys.lifecycle..",
        "dev.persys.placement..",
        "dev.persys.reconcile..",
        "dev.persys.store.."
    };
    private static final String SCHEDULER = "dev.persys.scheduler..";
    private static final String AUTHORITY = "dev.persys.ca..";
    private static final String PASSWORDS = "dev.persys.http.password..";
    private static final String AGENT = "dev.persys.agent..";
    private static final String HTTP = "dev.persys.http..";
    private static final String CLI = "dev.persys.cli..";
    private static final String[] CLIENT = {
        "dev.persys.cli",
        "dev.persys.cli.verb..",
        "dev.persys.cli.client..",
        "dev.persys.cli.output..",
        "dev.persys.cli.syntax..",
        "dev.persys.cli.dev.."
    };

    /** The verbs that are run with the servers' class path: the launcher knows them by name. */
    private static final DescribedPredicate<JavaClass> SERVER_VERB = DescribedPredicate.describe(
            "are verbs of server processes",
            type -> type.getName()
                    .matches("dev\\.persys\\.cli\\.verb\\.(ServerVerb|DevStartVerb|StoreVerb|Ca[A-Z]\\w*)(\\$.*)?"));

    // --- Modules

    @ArchTest
    static final ArchRule coreImportsNoSibling = noClasses()
            .that()
            .resideInAnyPackage(CORE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SCHEDULER, AUTHORITY, AGENT, HTTP, CLI);

    @ArchTest
    static final ArchRule schedulerImportsOnlyCore = noClasses()
            .that()
            .resideInAPackage(SCHEDULER)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(AGENT, HTTP, CLI)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule agentImportsOnlyCore = noClasses()
            .that()
            .resideInAPackage(AGENT)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SCHEDULER, AUTHORITY, HTTP, CLI)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule httpImportsOnlyCore = noClasses()
            .that()
            .resideInAPackage(HTTP)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SCHEDULER, AUTHORITY, AGENT, CLI)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule everyClassBelongsToAModule = classes()
            .should()
            .resideInAnyPackage(Stream.concat(Stream.of(CORE), Stream.of(SCHEDULER, AUTHORITY, AGENT, HTTP, CLI))
                    .toArray(String[]::new));

    // --- Trust

    @ArchTest
    static final ArchRule trustUsesTheJdkAlone = classes()
            .that()
            .resideInAPackage("dev.persys.trust")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "javax..", "dev.persys.trust", "dev.persys.model..");

    @ArchTest
    static final ArchRule theAuthorityKnowsNoProcess = classes()
            .that()
            .resideInAPackage(AUTHORITY)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..", "javax..", "org.bouncycastle..", AUTHORITY, "dev.persys.trust..", "dev.persys.model..");

    @ArchTest
    static final ArchRule theAuthorityAndTrustAreGivenTheirTime = noClasses()
            .that()
            .resideInAnyPackage(AUTHORITY, "dev.persys.trust")
            .should()
            .callCodeUnitWhere(readsTheClock());

    @ArchTest
    static final ArchRule certificatesAreMadeInOneRoom = noClasses()
            .that()
            .resideOutsideOfPackages(AUTHORITY, PASSWORDS)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.bouncycastle..");

    @ArchTest
    static final ArchRule secretsUseTheJdkAlone = classes()
            .that()
            .resideInAPackage("dev.persys.secrets")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "javax..", "dev.persys.secrets", "dev.persys.trust", "dev.persys.model..");

    /** Of the same library, and nothing else of it. */
    @ArchTest
    static final ArchRule passwordsAreHashedInOneRoom = classes()
            .that()
            .resideInAPackage(PASSWORDS)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..", PASSWORDS, "org.bouncycastle.crypto.generators..", "org.bouncycastle.crypto.params..");

    @ArchTest
    static final ArchRule tokensOfSessionsAreSignedAndVerifiedInOneRoom = noClasses()
            .that()
            .resideOutsideOfPackage("dev.persys.http.token..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.nimbusds..");

    // --- The rooms of HTTP, each on those below it

    @ArchTest
    static final ArchRule whoCallsIsDecidedByItself =
            httpRoom("auth", "net", "server", "client", "scheduler", "agent", "gateway");

    @ArchTest
    static final ArchRule tokensKnowNoRoutes =
            httpRoom("token", "net", "server", "client", "scheduler", "agent", "gateway");

    @ArchTest
    static final ArchRule gatewaysAndSchedulersAreStrangers = httpRoom("gateway", "scheduler", "agent");

    @ArchTest
    static final ArchRule auditLogKnowsNoRequests =
            httpRoom("audit", "auth", "net", "server", "client", "scheduler", "agent");

    @ArchTest
    static final ArchRule requestsKnowNoConnections =
            httpRoom("server", "net", "client", "scheduler", "agent", "gateway");

    @ArchTest
    static final ArchRule connectionsKnowNoRoutes = httpRoom("net", "client", "scheduler", "agent", "gateway");

    @ArchTest
    static final ArchRule clientsServeNothing =
            httpRoom("client", "auth", "net", "server", "scheduler", "agent", "gateway");

    @ArchTest
    static final ArchRule nettyStaysBelowConnections = noClasses()
            .that()
            .resideInAPackage(HTTP)
            .and()
            .resideOutsideOfPackage("dev.persys.http.net..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.netty..");

    private static ArchRule httpRoom(String room, String... above) {
        return noClasses()
                .that()
                .resideInAPackage("dev.persys.http." + room + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(Stream.of(above)
                        .map(name -> "dev.persys.http." + name + "..")
                        .toArray(String[]::new));
    }

    // --- The client's class path: what its verbs load is in lib/client-classpath, and nothing else is

    @ArchTest
    static final ArchRule shortVerbsUseTheLibrariesOnTheirClassPathAlone = noClasses()
            .that()
            .resideInAnyPackage(CLIENT)
            .should()
            .dependOnClassesThat(resideOutsideOfPackages(
                    "java..", "javax..", "dev.persys..", "com.fasterxml.jackson..", "org.yaml.snakeyaml.."));

    @ArchTest
    static final ArchRule onlyTheVerbsOfServersLoadAServer = noClasses()
            .that()
            .resideInAnyPackage(CLIENT)
            .and(DescribedPredicate.not(SERVER_VERB))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.persys.cli.process..", SCHEDULER, AUTHORITY, AGENT, HTTP);

    /** What these use of core would load Akka, which the client has not. */
    @ArchTest
    static final ArchRule shortVerbsUseNoMessageOfTheServers = noClasses()
            .that()
            .resideInAnyPackage(CLIENT)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.persys.protocol..", "dev.persys.runtime..");

    /** What it needs is on the servers' class path alone, with which the launcher runs it. */
    @ArchTest
    static final ArchRule onlyOneVerbKnowsTar = noClasses()
            .that()
            .resideInAnyPackage(CLIENT)
            .and(DescribedPredicate.not(DescribedPredicate.describe(
                    "are persys cp", type -> type.getName().startsWith("dev.persys.cli.verb.CpVerb"))))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.persys.cli.archive..");

    // --- Decisions are pure

    @ArchTest
    static final ArchRule decisionsUseTheLanguageAlone = classes()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(PURE)
                    .or(resideInAnyPackage(
                            "java.lang", "java.lang.annotation", "java.lang.invoke", "java.lang.runtime", "java.math"))
                    .or(resideInAnyPackage("java.time..", "java.text", "java.nio.charset"))
                    .or(resideInAnyPackage("java.util", "java.util.concurrent", "java.util.function"))
                    .or(resideInAnyPackage("java.util.regex", "java.util.stream"))
                    .or(resideInAPackage("com.fasterxml.jackson.annotation..")));

    @ArchTest
    static final ArchRule jacksonAnnotatesTheModelAlone = noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .and()
            .resideOutsideOfPackage("dev.persys.model..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.fasterxml.jackson..");

    @ArchTest
    static final ArchRule decisionsAreGivenTheirTimeIdsAndRandomness = noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .callCodeUnitWhere(readsTheClock()
                    .or(callTo(UUID.class, "randomUUID"))
                    .or(callTo(Math.class, "random"))
                    .or(callTo(Random.class, ".*"))
                    .or(callTo(ThreadLocalRandom.class, ".*"))
                    .or(callTo(System.class, "getenv|getProperty|getProperties")));

    // --- Actors

    @ArchTest
    static final ArchRule everyCommandHasItsHandler = classes()
            .that()
            .haveSimpleName("Command")
            .and()
            .areInterfaces()
            .and()
            .areNestedClasses()
            .and()
            .resideOutsideOfPackage("dev.persys.protocol..")
            .should(haveAHandlerForEachPermittedClass())
            .allowEmptyShould(true);

    // --- The rooms of the scheduler

    @ArchTest
    static final ArchRule roomsKnowEachOtherInOneDirection = slices().matching("dev.persys.scheduler.(*)..")
            .namingSlices("room $1")
            .should()
            .beFreeOfCycles();

    @ArchTest
    static final ArchRule roomsDoNotKnowTheProcessTheyAreRunIn = noClasses()
            .that()
            .resideInAPackage("dev.persys.scheduler.*..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("dev.persys.scheduler.SchedulerNode");

    @ArchTest
    static final ArchRule actorsOfAnotherRoomAreCreatedAndSentToAndNeverCalled = noClasses()
            .that()
            .resideInAPackage(SCHEDULER)
            .should()
            .callMethodWhere(DescribedPredicate.describe(
                    "call an actor of another package but to create it",
                    call -> isActor(call.getTargetOwner())
                            && !call.getTargetOwner()
                                    .getPackageName()
                                    .equals(call.getOriginOwner().getPackageName())
                            && !call.getName().startsWith("create")));

    @ArchTest
    static final ArchRule termTakesEveryKindOfWhatItMayBeTold = classes()
            .that(DescribedPredicate.describe(
                    "are told to a term",
                    told -> told.getRawInterfaces().stream().anyMatch(kind -> kind.isEquivalentTo(TermMessage.class))))
            .should(haveAHandlerIn("dev.persys.scheduler.leadership.Term"));

    // --- Manners

    @ArchTest
    static final ArchRule nobodySleeps = noClasses()
            .that()
            .resideOutsideOfPackage(CLI)
            .should()
            .callCodeUnitWhere(callTo(Thread.class, "sleep").or(callTo(TimeUnit.class, "sleep")));

    @ArchTest
    static final ArchRule onlyTheCliTalksToTheTerminal =
            noClasses().that().resideOutsideOfPackage(CLI).should(GeneralCodingRules.ACCESS_STANDARD_STREAMS);

    private static DescribedPredicate<JavaCall<?>> readsTheClock() {
        return callTo(System.class, "currentTimeMillis|nanoTime")
                .or(DescribedPredicate.describe(
                        "call now() or a system clock",
                        call -> call.getTargetOwner().getPackageName().equals("java.time")
                                && call.getName().matches("now|system.*|tick.*")));
    }

    private static DescribedPredicate<JavaCall<?>> callTo(Class<?> owner, String methods) {
        return JavaCall.Predicates.target(owner(type(owner)))
                .and(target(nameMatching(methods)))
                .as("call %s.%s", owner.getSimpleName(), methods)
                .forSubtype();
    }

    private static ArchCondition<JavaClass> haveAHandlerForEachPermittedClass() {
        return new ArchCondition<>("have a method on<Name> for every permitted class in the enclosing actor") {
            @Override
            public void check(JavaClass command, ConditionEvents events) {
                JavaClass actor = command.getEnclosingClass().orElseThrow();
                leaves(command.reflect()).forEach(leaf -> {
                    String handler = "on" + leaf.getSimpleName();
                    boolean handled = actor.getMethods().stream()
                            .anyMatch(m -> m.getName().equals(handler));
                    events.add(new SimpleConditionEvent(
                            command, handled, actor.getName() + (handled ? " has " : " lacks ") + handler));
                });
            }
        };
    }

    private static boolean isActor(JavaClass owner) {
        return owner.getPackageName().startsWith("dev.persys.")
                && Stream.of(owner.reflect().getDeclaredClasses())
                        .anyMatch(nested -> nested.getSimpleName().equals("Command"));
    }

    /** Or be that actor's own messages, each of which has its handler. */
    private static ArchCondition<JavaClass> haveAHandlerIn(String actor) {
        return new ArchCondition<>("have a method that takes it in " + actor) {
            @Override
            public void check(JavaClass told, ConditionEvents events) {
                boolean own = told.getEnclosingClass()
                        .filter(owner -> owner.getName().equals(actor))
                        .isPresent();
                boolean taken = told.getDirectDependenciesToSelf().stream()
                        .filter(dependency ->
                                dependency.getOriginClass().getName().equals(actor))
                        .flatMap(dependency -> dependency.getOriginClass().getMethods().stream())
                        .anyMatch(method -> method.getRawParameterTypes().contains(told));
                events.add(new SimpleConditionEvent(
                        told, own || taken, actor + (own || taken ? " takes " : " lacks ") + told.getName()));
            }
        };
    }

    /** The classes that messages can have: sealed groups in between are looked through. */
    private static Stream<Class<?>> leaves(Class<?> sealed) {
        return sealed.isSealed()
                ? Stream.of(sealed.getPermittedSubclasses()).flatMap(ArchitectureTest::leaves)
                : Stream.of(sealed);
    }

    /** The test-jar of core is a jar like any other to {@link ImportOption.DoNotIncludeTests}. */
    static final class DoNotIncludeTestJars implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }
}
