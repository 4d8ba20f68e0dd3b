package dev.persys.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.model.ClusterId;
import dev.persys.model.ContainerOptions;
import dev.persys.model.Epoch;
import dev.persys.model.ExtraHost;
import dev.persys.model.Generation;
import dev.persys.model.PortMapping;
import dev.persys.model.Tmpfs;
import dev.persys.model.Ulimit;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The fields that few containers need: what is taken, what is refused, and what of them is written. */
final class OptionFieldsTest {
    private static final String ALL = "'hostname':'db-1.local','init':true,'readOnly':true,"
            + "'tmpfs':['/run','/tmp/:size=64m,mode=1777'],'capAdd':['NET_ADMIN','cap_sys_time'],'capDrop':['all'],"
            + "'ulimits':['nofile=1024:2048','core=-1'],'extraHosts':['db:10.0.0.5','six:::1','node:host-gateway'],"
            + "'stopSignal':'quit','dns':['1.1.1.1','2606:4700::1111'],'stdinOpen':true,'tty':true,"
            + "'startAttached':true,'autoRemove':true";

    private static final ContainerOptions READ = new ContainerOptions(
            Optional.of("db-1.local"),
            true,
            true,
            List.of(new Tmpfs("/run", ""), new Tmpfs("/tmp", "size=64m,mode=1777")),
            List.of("NET_ADMIN", "SYS_TIME"),
            List.of("ALL"),
            List.of(new Ulimit("nofile", 1024, 2048), new Ulimit("core", -1, -1)),
            List.of(
                    new ExtraHost("db", "10.0.0.5"),
                    new ExtraHost("six", "::1"),
                    new ExtraHost("node", "host-gateway")),
            Optional.of("SIGQUIT"),
            List.of("1.1.1.1", "2606:4700::1111"),
            true,
            true,
            true,
            true);

    @Test
    void allAreReadAndComeBackAsTheyWere() {
        WorkloadSpec spec = valid(ALL);

        assertThat(spec.options()).isEqualTo(READ);
        assertThat(WorkloadRequest.parse(WorkloadRequest.toJson(spec))).isEqualTo(new Parsed.Valid<>(spec));
    }

    @Test
    void whatIsNotSaidIsNotWritten() {
        WorkloadSpec plain = valid("'init':false,'readOnly':false,'tmpfs':[],'capAdd':null,'hostname':''");

        assertThat(plain.options()).isEqualTo(ContainerOptions.NONE);
        assertThat(names(WorkloadRequest.toJson(plain))).doesNotContainAnyElementsOf(OptionFields.NAMES);
        assertThat(names(Json.MAPPER.valueToTree(order(plain)))).doesNotContainAnyElementsOf(OptionFields.NAMES);
        assertThat(names(RecordJson.toJson(workload(plain)))).doesNotContainAnyElementsOf(OptionFields.NAMES);
    }

    @Test
    void anOrderCarriesThemToItsNode() throws IOException {
        RunOrder order = order(valid(ALL));

        assertThat(Json.MAPPER.readTree(Json.write(order)))
                .isEqualTo(Json.MAPPER.readTree(golden("run-order-options")));
        assertThat(OrderRequest.run(Json.MAPPER.valueToTree(order))).isEqualTo(new Parsed.Valid<>(order));
        assertThat(Json.read(Json.write(order), RunOrder.class)).isEqualTo(order);
    }

    @Test
    void aRecordKeepsThemAndEveryFormOfItShowsThem() throws IOException {
        Workload workload = workload(valid(ALL));

        assertThat(Json.MAPPER.readTree(RecordJson.write(workload)))
                .isEqualTo(Json.MAPPER.readTree(golden("workload-v2-options-waiting")));
        assertThat(RecordJson.workload(golden("workload-v2-options-waiting"))).isEqualTo(workload);
        assertThat(RecordJson.workload(golden("workload-v2-options")).spec()).isEqualTo(workload.spec());
        WorkloadView view = new WorkloadView(workload, 1, Optional.empty());
        List<String> allButSecrets = OptionFields.NAMES.stream()
                .filter(name -> !name.equals(OptionFields.SECRET_ENV))
                .toList();
        assertThat(names(RecordJson.toJson(view))).containsAll(allButSecrets);
        assertThat(names(RecordJson.toSummary(view))).containsAll(allButSecrets);
    }

    @Test
    void namesOfSecretsAreInEveryFormOfARecordAndInNoOrderThatAnAgentTakes() {
        Workload workload = workload(valid("'envVars':{'A':'1'},'secretEnv':{'PASSWORD':'db-password'}"));
        WorkloadView view = new WorkloadView(workload, 1, Optional.empty());

        assertThat(workload.spec().options().secretEnv()).isEqualTo(Map.of("PASSWORD", "db-password"));
        assertThat(RecordJson.workload(RecordJson.write(workload))).isEqualTo(workload);
        assertThat(names(RecordJson.toJson(view))).contains(OptionFields.SECRET_ENV);
        RunOrder order = order(workload.spec());
        assertThat(OrderRequest.run(Json.MAPPER.valueToTree(order))).isInstanceOf(Parsed.Invalid.class);
        RunOrder filled = order.withSecrets(Map.of("PASSWORD", "value"));
        assertThat(OrderRequest.run(Json.MAPPER.valueToTree(filled))).isEqualTo(new Parsed.Valid<>(filled));
        assertThat(filled.envVars()).isEqualTo(Map.of("A", "1", "PASSWORD", "value"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'hostname':'a_b c'                  | /hostname     | at most 63",
                "'init':'yes'                        | /init         | true or false",
                "'readOnly':1                        | /readOnly     | true or false",
                "'tmpfs':['run']                     | /tmpfs/0      | absolute path",
                "'tmpfs':['/']                       | /tmpfs/0      | other than /",
                "'tmpfs':['/a/../b']                 | /tmpfs/0      | absolute path",
                "'tmpfs':['/run:']                   | /tmpfs/0      | size=",
                "'tmpfs':['/run:size=64x']           | /tmpfs/0      | size=",
                "'tmpfs':['/run:size=1m,evil=1']     | /tmpfs/0      | size=",
                "'tmpfs':['/run','/run/']            | /tmpfs/1      | each once",
                "'volumes':['a1:/run'],'tmpfs':['/run'] | /tmpfs/0   | each once",
                "'tmpfs':'/run'                      | /tmpfs        | a list",
                "'capAdd':['NET_ADMIM']              | /capAdd/0     | capabilities(7)",
                "'capDrop':[7]                       | /capDrop/0    | capabilities(7)",
                "'ulimits':['nofile']                | /ulimits/0    | SOFT[:HARD]",
                "'ulimits':['nofile=2:1']            | /ulimits/0    | soft at most hard",
                "'ulimits':['nofile=-1:5']           | /ulimits/0    | soft at most hard",
                "'ulimits':['files=1']               | /ulimits/0    | nofile",
                "'ulimits':['nofile=1','nofile=2']   | /ulimits/1    | each once",
                "'extraHosts':['db']                 | /extraHosts/0 | NAME:ADDRESS",
                "'extraHosts':['db:host']            | /extraHosts/0 | host-gateway",
                "'extraHosts':['d b:1.1.1.1']        | /extraHosts/0 | NAME:ADDRESS",
                "'stopSignal':'SIGSTOPP'             | /stopSignal   | SIGTERM",
                "'stopSignal':'65'                   | /stopSignal   | SIGTERM",
                "'stopSignal':'SIGRTMIN+16'          | /stopSignal   | SIGTERM",
                "'dns':['resolver']                  | /dns/0        | IPv6",
                "'read_only':true                    | /read_only    | readOnly",
                "'secretEnv':{'A':'Not A Name'}      | /secretEnv/A  | name of a secret",
                "'secretEnv':{'A':'b'},'envVars':{'A':'1'} | /secretEnv/A | each variable once",
                "'secretEnv':{'A B':'b'}             | /secretEnv/A B | no blanks",
                "'cap_drop':['ALL']                  | /cap_drop     | capDrop"
            })
    void aMistakeNamesItsFieldAndWhatIsAllowed(String field, String pointer, String allowed) {
        assertThat(parsed(field))
                .isInstanceOfSatisfying(
                        Parsed.Invalid.class,
                        invalid -> assertThat(((Parsed.Invalid<?>) invalid).errors())
                                .singleElement()
                                .satisfies(error -> {
                                    assertThat(error.pointer()).isEqualTo(pointer);
                                    assertThat(error.allowed()).contains(allowed);
                                }));
    }

    @ParameterizedTest
    @CsvSource({"TERM, SIGTERM", "SIGKILL, SIGKILL", "sigusr1, SIGUSR1", "RTMIN+3, SIGRTMIN+3", "15, 15", "64, 64"})
    void aSignalIsTakenInEveryFormThatDockerTakes(String written, String kept) {
        assertThat(valid("'stopSignal':'" + written + "'").options().stopSignal())
                .contains(kept);
    }

    /** The names that proxies and dashboards look for. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "homepage.widgets[0].type",
                "caddy.@api.path",
                "a:b",
                "_private",
                "trailing-",
                "ending.",
                "caf\u00e9",
                "traefik.http.routers.web.rule"
            })
    void namesOfLabelsAreTakenAsDockerTakesThem(String name) {
        assertThat(valid("'labels':{'" + name + "':'x','watchtower.enable':''}").labels())
                .containsEntry(name, "x")
                .containsEntry("watchtower.enable", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " a", "a\\u0007", "a=b", "a\\u200b", "persys.node", "persys.x", "workloadId"})
    void namesOfLabelsThatNobodySeesOrThatAreOursAreRefused(String name) {
        assertThat(parsed("'labels':{'" + name + "':'x'}")).isInstanceOf(Parsed.Invalid.class);
        assertThat(parsed("'labels':{'" + "a".repeat(254) + "':'x'}")).isInstanceOf(Parsed.Invalid.class);
    }

    @Test
    void aRangeIsThatManyPorts() {
        assertThat(valid("'ports':['127.0.0.1:8000-8002:9000-9002/udp','70-71']")
                        .ports())
                .extracting(PortMapping::container, PortMapping::host)
                .containsExactly(
                        tuple(9000, Optional.of(8000)),
                        tuple(9001, Optional.of(8001)),
                        tuple(9002, Optional.of(8002)),
                        tuple(70, Optional.empty()),
                        tuple(71, Optional.empty()));
        assertThat(valid("'ports':['1-1000']").ports()).hasSize(1000);
    }

    @Test
    void onePortOfTheContainerMayBeOnSeveralAddressesWhereverDockerPicksThePort() {
        assertThat(valid("'ports':['127.0.0.1::80','80']").ports())
                .extracting(PortMapping::address)
                .containsExactly(Optional.of("127.0.0.1"), Optional.empty());
        assertThat(parsed("'ports':['127.0.0.1::80','127.0.0.1::80']")).isInstanceOf(Parsed.Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'8000-8002:9000-9001'",
                "'8000-8001:80'",
                "'8002-8000:9002-9000'",
                "'0-2'",
                "'1-1001'",
                "'1-'",
                "'-5'",
                "'1-2-3'",
                "'8000-8001:80-81','8001:90'",
                "'1-600','1001-1600'"
            })
    void rangesThatDoNotFitTogetherAreRefused(String ports) {
        assertThat(parsed("'ports':[" + ports + "]")).isInstanceOf(Parsed.Invalid.class);
    }

    private static RunOrder order(WorkloadSpec spec) {
        Workload workload = WireSamples.WORKLOAD;
        return RunOrder.of(
                workload.id(), spec, Generation.of(2), Epoch.of(3), ClusterId.of("cluster-1"), Optional.of("req-1"));
    }

    private static Workload workload(WorkloadSpec spec) {
        return Workload.accepted(
                WireSamples.WORKLOAD.id(), spec, Optional.empty(), Optional.of("req-1"), WireSamples.NOW);
    }

    private static List<String> names(ObjectNode json) {
        return json.properties().stream().map(Map.Entry::getKey).toList();
    }

    private static WorkloadSpec valid(String fields) {
        return parsed(fields).fold(spec -> spec, errors -> {
            throw new AssertionError(errors.toString());
        });
    }

    private static Parsed<WorkloadSpec> parsed(String fields) {
        String json = ("{'name':'web','type':'docker-container','image':'nginx'," + fields + "}").replace('\'', '"');
        RequestJson.Reading reading = RequestJson.read(json.getBytes(StandardCharsets.UTF_8));
        return WorkloadRequest.parse(((RequestJson.Reading.Document) reading).json());
    }

    private static String golden(String name) throws IOException {
        try (InputStream in = OptionFieldsTest.class.getResourceAsStream("/golden/" + name + ".json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
