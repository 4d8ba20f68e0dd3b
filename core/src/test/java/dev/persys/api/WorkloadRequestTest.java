package dev.persys.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.model.Limits;
import dev.persys.model.PortMapping;
import dev.persys.model.Protocol;
import dev.persys.model.PullPolicy;
import dev.persys.model.Resources;
import dev.persys.model.RestartPolicy;
import dev.persys.model.VolumeMount;
import dev.persys.model.WorkloadSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class WorkloadRequestTest {
    private static final String SEED =
            "'name':'celery-worker','type':'docker-container','image':'python:3.9','command':'celery worker','envVars':{'A':'1'}";

    @Test
    void wordsOfAShellInACommandAreWarnedOfWhereNoShellReadsThem() {
        for (String line : new String[] {"a && b", "a | b", "a > b", "a ; b", "a 2>&1", "a &"}) {
            assertThat(WorkloadRequest.warnings(Json.MAPPER.createObjectNode().put("command", line)))
                    .as(line)
                    .hasSize(1);
        }
        for (String line : new String[] {"a b", "sh -c 'a && b'", "a 'open", "a&&b"}) {
            assertThat(WorkloadRequest.warnings(Json.MAPPER.createObjectNode().put("command", line)))
                    .as(line)
                    .isEmpty();
        }
        assertThat(WorkloadRequest.warnings(Json.MAPPER
                        .createObjectNode()
                        .set("command", Json.MAPPER.createArrayNode().add("a").add("&&"))))
                .isEmpty();
    }

    @Test
    void seedFieldsAloneMakeAWorkloadWithEveryDefault() {
        WorkloadSpec spec = valid("{" + SEED + "}");

        assertThat(spec.name()).isEqualTo("celery-worker");
        assertThat(spec.image()).isEqualTo("python:3.9");
        assertThat(spec.command()).containsExactly("celery", "worker");
        assertThat(spec.envVars()).isEqualTo(Map.of("A", "1"));
        assertThat(spec.resources()).isEqualTo(Resources.DEFAULT_REQUEST);
        assertThat(spec.restartPolicy()).isEqualTo(RestartPolicy.NEVER);
        assertThat(spec.stopGracePeriod()).isEqualTo(WorkloadSpec.DEFAULT_STOP_GRACE_PERIOD);
        assertThat(spec.pullPolicy()).isEqualTo(PullPolicy.MISSING);
    }

    @Test
    void everyOptionalFieldIsRead() {
        WorkloadSpec spec = valid(with("'args':['-v'],'entrypoint':['/e'],'resources':{'cpu':1.5,'memory':'1.5Gi'},"
                + "'ports':[{'name':'web','container':80,'host':8080},{'container':53,'protocol':'udp'}],"
                + "'volumes':[{'source':'/data','target':'/srv','readOnly':true},{'source':'cache','target':'/c'}],"
                + "'network':'host','user':'1000:1000','workingDir':'/srv','restartPolicy':'on-failure:3',"
                + "'labels':{'team':'a'},'constraints':{'disk':'ssd'},'stopGracePeriod':'1m30s','pullPolicy':'always',"
                + "'registryCredentials':'hub'"));

        assertThat(spec.args()).containsExactly("-v");
        assertThat(spec.entrypoint()).containsExactly("/e");
        assertThat(spec.resources()).isEqualTo(new Resources(1500, 1536));
        assertThat(spec.ports())
                .containsExactly(
                        new PortMapping(Optional.of("web"), 80, Optional.of(8080), Protocol.TCP),
                        new PortMapping(Optional.empty(), 53, Optional.empty(), Protocol.UDP));
        assertThat(spec.volumes())
                .containsExactly(new VolumeMount("/data", "/srv", true), new VolumeMount("cache", "/c", false));
        assertThat(spec.network()).contains("host");
        assertThat(spec.user()).contains("1000:1000");
        assertThat(spec.workingDir()).contains("/srv");
        assertThat(spec.restartPolicy()).isEqualTo(RestartPolicy.of("on-failure:3"));
        assertThat(spec.labels()).isEqualTo(Map.of("team", "a"));
        assertThat(spec.constraints()).isEqualTo(Map.of("disk", "ssd"));
        assertThat(spec.stopGracePeriod()).isEqualTo(Duration.ofSeconds(90));
        assertThat(spec.pullPolicy()).isEqualTo(PullPolicy.ALWAYS);
        assertThat(spec.registryCredentials()).contains("hub");
    }

    @Test
    void nullIsTheSameAsAbsent() {
        assertThat(valid(with("'args':null,'resources':null,'network':null"))).isEqualTo(valid("{" + SEED + "}"));
    }

    @Test
    void oneResourceGivenTakesTheOtherFromTheDefault() {
        assertThat(valid(with("'resources':{'cpu':2}")).resources()).isEqualTo(new Resources(2000, 128));
        assertThat(valid(with("'resources':{'memory':512}")).resources()).isEqualTo(new Resources(100, 512));
    }

    @Test
    void whoAsksForNothingReservesTheDefaultAndHasNoLimit() {
        WorkloadSpec spec = valid("{" + SEED + "}");

        assertThat(spec.resources()).isEqualTo(Resources.DEFAULT_REQUEST);
        assertThat(spec.limits()).isEqualTo(Limits.NONE);
        assertThat(valid(with("'resources':{'cpu':0,'memory':0}"))).isEqualTo(spec);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'resources':{'memory':512}                               | 100  | 512 |      | 512",
                "'resources':{'cpu':2}                                    | 2000 | 128 |      |    ",
                "'resources':{'memory':512},'limits':{'memory':'1Gi'}     | 100  | 512 |      | 1024",
                "'resources':{'memory':512},'limits':{'memory':'none'}    | 100  | 512 |      |    ",
                "'resources':{'memory':512},'limits':{'cpu':1.5}          | 100  | 512 | 1500 | 512",
                "'limits':{'cpu':2,'memory':256}                          | 100  | 128 | 2000 | 256",
                "'limits':{'cpu':0.05,'memory':64}                        | 50   | 64  | 50   | 64 ",
                "'resources':{'cpu':1,'memory':64},'limits':{'cpu':1}     | 1000 | 64  | 1000 | 64 "
            })
    void reservedMemoryIsTheLimitUnlessSaidOtherwiseAndProcessorsAreCappedOnlyWhereSaid(
            String fields, long cpu, long memory, Long cpuLimit, Long memoryLimit) {
        WorkloadSpec spec = valid(with(fields));

        assertThat(spec.resources()).isEqualTo(new Resources(cpu, memory));
        assertThat(spec.limits())
                .isEqualTo(new Limits(Optional.ofNullable(cpuLimit), Optional.ofNullable(memoryLimit)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "64            | 64",
                "64.5          | 65",
                "'64Mi'        | 64",
                "'64MiB'       | 64",
                "'1Gi'         | 1024",
                "'0.5 Gi'      | 512",
                "'65536Ki'     | 64",
                "'1G'          | 954",
                "'100M'        | 96",
                "'1T'          | 953675",
                "'16Ti'        | 16777216"
            })
    void memoryIsReadInEveryUnitAndRoundedUp(String written, long mebibytes) {
        assertThat(valid(with("'resources':{'memory':" + written + "}"))
                        .resources()
                        .memoryMib())
                .isEqualTo(mebibytes);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'name':'Bad'                                  | /name                 | DNS label",
                "'name':''                                     | /name                 | DNS label",
                "'name':7                                      | /name                 | DNS label",
                "'name':null                                   | /name                 | DNS label",
                "'type':'vm'                                   | /type                 | known is docker-container",
                "'type':null                                   | /type                 | known is docker-container",
                "'image':'no image'                            | /image                | image reference",
                "'image':null                                  | /image                | such as nginx",
                "'command':'echo \"open'                       | /command              | balanced quotes",
                "'command':'tail \\\\'                         | /command              | balanced quotes",
                "'command':7                                   | /command              | list of texts",
                "'command':['a',7]                             | /command/1            | text",
                "'command':['a\\u0000']                        | /command/0            | without these",
                "'command':['\\ud800']                         | /command/0            | without these",
                "'args':'-v'                                   | /args                 | a list",
                "'entrypoint':{}                               | /entrypoint           | a list",
                "'envVars':['A=1']                             | /envVars              | an object",
                "'envVars':{'A':1}                             | /envVars/A            | in quotes",
                "'envVars':{'A=B':'1'}                         | /envVars/A=B          | no =",
                "'envVars':{'':'1'}                            | /envVars/             | not empty",
                "'envVars':{'A/B~\\u0000':'1'}                 | /envVars/A~1B~0\uFFFD | no =",
                "'resources':7                                 | /resources            | cpu, memory",
                "'resources':{'cpu':'1'}                       | /resources/cpu        | cores",
                "'resources':{'cpu':-1}                        | /resources/cpu        | 0.01",
                "'resources':{'cpu':0.001}                     | /resources/cpu        | 0.01",
                "'resources':{'cpu':1025}                      | /resources/cpu        | 1024",
                "'resources':{'cpu':1e999999999}               | /resources/cpu        | 1024",
                "'resources':{'cpu':1e-999999999}              | /resources/cpu        | 0.01",
                "'resources':{'memory':5}                      | /resources/memory     | 6 MiB",
                "'resources':{'memory':'17Ti'}                 | /resources/memory     | 16 TiB",
                "'resources':{'memory':1e999999999}            | /resources/memory     | 16 TiB",
                "'resources':{'memory':99999999999999999999}   | /resources/memory     | 16 TiB",
                "'resources':{'memory':'256'}                  | /resources/memory     | unit",
                "'resources':{'memory':'256m'}                 | /resources/memory     | 256Mi",
                "'resources':{'memory':'-1Gi'}                 | /resources/memory     | unit",
                "'resources':{'cpus':1}                        | /resources/cpus       | cpu",
                "'limits':{'cpu':0}                            | /limits/cpu           | 0.01",
                "'limits':{'cpu':0.1},'resources':{'cpu':0.2}  | /limits/cpu           | at least the 0.2 cores",
                "'limits':{'memory':0}                         | /limits/memory        | or \"none\"",
                "'limits':{'memory':'lots'}                    | /limits/memory        | or \"none\"",
                "'limits':{'memory':'64Mi'},'resources':{'memory':65} | /limits/memory | at least the 65 MiB",
                "'ports':{}                                    | /ports                | a list",
                "'ports':[80]                                  | /ports/0              | text in quotes",
                "'ports':[{}]                                  | /ports/0/container    | 65535",
                "'ports':[{'container':0}]                     | /ports/0/container    | 65535",
                "'ports':[{'container':80.5}]                  | /ports/0/container    | 65535",
                "'ports':[{'container':80,'host':65536}]       | /ports/0/host         | Docker picks",
                "'ports':[{'container':80,'host':-1}]          | /ports/0/host         | Docker picks",
                "'ports':[{'container':80,'protocol':'TCP'}]   | /ports/0/protocol     | tcp, udp or sctp",
                "'ports':[{'container':80,'name':'A'}]         | /ports/0/name         | DNS label",
                "'ports':[{'container':80},{'container':80}]   | /ports/1              | each port once",
                "'ports':[{'container':80,'host':1},{'container':81,'host':1}] | /ports/1 | each port once",
                "'ports':[{'container':80,'name':'a'},{'container':81,'name':'a'}] | /ports/1/name | each name once",
                "'volumes':[{'target':'/a'}]                   | /volumes/0/source     | absolute path",
                "'volumes':[{'source':'/a'}]                   | /volumes/0/target     | absolute path",
                "'volumes':[{'source':'a/b','target':'/a'}]    | /volumes/0/source     | volume's name",
                "'volumes':[{'source':'/a:b','target':'/a'}]   | /volumes/0/source     | colon",
                "'volumes':[{'source':'/a','target':'b'}]      | /volumes/0/target     | absolute path",
                "'volumes':[{'source':'/a','target':'//'}]     | /volumes/0/target     | other than /",
                "'volumes':[{'source':'/a','target':'/b','readOnly':'yes'}] | /volumes/0/readOnly | true or false",
                "'volumes':[{'source':'/a','target':'/b'},{'source':'/c','target':'/b'}] | /volumes/1/target | once",
                "'network':'container:abc'                     | /network              | Docker network",
                "'user':'a b'                                  | /user                 | uid:gid",
                "'workingDir':'srv'                            | /workingDir           | absolute path",
                "'restartPolicy':'sometimes'                   | /restartPolicy        | on-failure:n",
                "'restartPolicy':'always:3'                    | /restartPolicy        | on-failure:n",
                "'restartPolicy':true                          | /restartPolicy        | on-failure:n",
                "'labels':{'persys.node':'x'}                  | /labels/persys.node   | belong to Persys",
                "'labels':{'workloadId':'x'}                   | /labels/workloadId    | belong to Persys",
                "'labels':{'displayName':'x'}                  | /labels/displayName   | belong to Persys",
                "'labels':{'a=b':'x'}                          | /labels/a=b           | no =",
                "'labels':{'a':true}                           | /labels/a             | in quotes",
                "'constraints':{'':'x'}                        | /constraints/         | letters",
                "'stopGracePeriod':'soon'                      | /stopGracePeriod      | 1m30s",
                "'stopGracePeriod':-1                          | /stopGracePeriod      | at most 1h",
                "'stopGracePeriod':'2h'                        | /stopGracePeriod      | at most 1h",
                "'stopGracePeriod':1e999999999                 | /stopGracePeriod      | at most 1h",
                "'pullPolicy':'IfNotPresent'                   | /pullPolicy           | missing, always or never",
                "'registryCredentials':'My Hub'                | /registryCredentials  | DNS label",
                "'envvars':{}                                  | /envvars              | envVars",
                "'env':{}                                      | /env                  | envVars",
                "'comand':'x'                                  | /comand               | command",
                "'memory':1                                    | /memory               | resources.memory",
                "'zzzzzz':1                                    | /zzzzzz               | that /openapi.json describes, or to leave it out",
                "'user':1000                                   | /user                 | uid:gid; put it in quotes",
                "'command':['sleep',600]                       | /command/1            | text; put it in quotes",
                "'workingDir':7                                | /workingDir           | absolute path",
                "'network':'x'                                 | /network              | of 2 to 128 characters",
                "'volumes':['a:/a']                            | /volumes/0            | of 2 to 128 characters"
            })
    void eachBadFieldIsNamedWithWhatIsAllowed(String field, String pointer, String allowed) {
        String name = field.substring(0, field.indexOf(':') + 1);
        String json = ("{" + SEED + "}").contains(name)
                ? ("{" + SEED + "}").replaceFirst(name + "('[^']*'|\\{[^}]*\\})", replacement(field))
                : with(field);

        assertThat(errors(json)).anySatisfy(error -> {
            assertThat(error.pointer()).isEqualTo(pointer);
            assertThat(error.allowed()).contains(allowed);
            assertThat(error.found()).isNotEmpty();
        });
    }

    @Test
    void everyErrorOfARequestIsReportedAtOnce() {
        assertThat(errors("{'name':'A','image':'B C','ports':[{'container':0}],'nonsense':1}"))
                .extracting(FieldError::pointer)
                .containsExactly("/nonsense", "/name", "/type", "/image", "/ports/0/container");
    }

    @Test
    void whatIsNoObjectIsRefusedAsAWhole() {
        for (String json : List.of("[]", "7", "'text'", "null", "true")) {
            assertThat(errors(json))
                    .hasSize(1)
                    .allSatisfy(error -> assertThat(error.pointer()).isEmpty());
        }
    }

    @Test
    void valuesOfVariablesAreNeverRepeated() {
        String secret = "hunter2";
        String json = with("'labels':{'x':7},'constraints':{'y':'" + secret + "\\u0000'}")
                .replace("{'A':'1'}", "{'A':'" + secret + "\\u0000','B=':'" + secret + "'}");

        assertThat(errors(json).toString()).doesNotContain(secret);
    }

    @Test
    void listsTextsAndTheWholeRequestAreBounded() {
        String many = String.join(",", Collections.nCopies(Fields.MAX_ENTRIES + 1, "'a'"));
        assertThat(errors(with("'args':[" + many + "]")))
                .containsExactly(new FieldError("/args", "1001 entries", "at most 1000"));

        String longText = "x".repeat(Fields.MAX_TEXT_BYTES + 1);
        assertThat(errors(with("'args':['" + longText + "']")))
                .singleElement()
                .extracting(FieldError::pointer)
                .isEqualTo("/args/0");

        String large = "x".repeat(Fields.MAX_TEXT_BYTES);
        assertThat(errors(with("'args':['" + large + "','" + large + "'],'entrypoint':['" + large + "']")))
                .singleElement()
                .satisfies(error -> {
                    assertThat(error.pointer()).isEqualTo("/args");
                    assertThat(error.found()).contains("largest part");
                });
    }

    @Test
    void numbersThatAreNoneAreRefused() {
        var json = valid("{" + SEED + "}");
        var tree = WorkloadRequest.toJson(json);
        tree.putObject("resources").set("cpu", JsonNodeFactory.instance.numberNode(Double.NaN));
        assertThat(WorkloadRequest.parse(tree)).isInstanceOf(Parsed.Invalid.class);
        tree.putObject("resources").set("memory", JsonNodeFactory.instance.numberNode(Float.POSITIVE_INFINITY));
        assertThat(WorkloadRequest.parse(tree)).isInstanceOf(Parsed.Invalid.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "8080:80               |                | 8080 | 80 | TCP",
                "80                    |                |      | 80 | TCP",
                "53:53/udp             |                | 53   | 53 | UDP",
                "127.0.0.1:8080:80/udp | 127.0.0.1      | 8080 | 80 | UDP",
                "127.0.0.1::80         | 127.0.0.1      |      | 80 | TCP",
                "[::1]:8080:80         | ::1            | 8080 | 80 | TCP"
            })
    void portsAreTakenAsDockerWritesThem(String text, String address, Integer host, int container, Protocol protocol) {
        assertThat(valid(with("'ports':['" + text + "']")).ports())
                .containsExactly(new PortMapping(
                        Optional.empty(),
                        container,
                        Optional.ofNullable(host),
                        protocol,
                        Optional.ofNullable(address)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":80",
                "80:",
                "0:80",
                "8080:0",
                "65536:80",
                "8000-8010:80",
                "8080:80/TCP",
                "8080:80/",
                "a:80",
                "-1:80",
                "127.0.0.1:80",
                "256.0.0.1:1:80",
                "::1:8080:80",
                "[::g]:8080:80",
                "1:2:3",
                "8080:80 "
            })
    void otherTextIsNoPort(String text) {
        assertThat(errors(with("'ports':['" + text + "']"))).singleElement().satisfies(error -> {
            assertThat(error.pointer()).isEqualTo("/ports/0");
            assertThat(error.allowed()).contains("127.0.0.1:8080:80/udp");
        });
    }

    @Test
    void aPortIsTheSameHoweverItIsWritten() {
        WorkloadSpec spec = valid(with("'ports':['127.0.0.1:8080:80']"));

        assertThat(valid(with("'ports':[{'container':80,'host':8080,'address':'127.0.0.1'}]")))
                .isEqualTo(spec);
        assertThat(valid(WorkloadRequest.toJson(spec).toString())).isEqualTo(spec);
        assertThat(errors(with("'ports':['8080:80','127.0.0.1:8080:81']")))
                .extracting(FieldError::pointer)
                .containsExactly("/ports/1");
        assertThat(errors(with("'ports':[{'container':80,'address':'localhost'}]")))
                .extracting(FieldError::pointer)
                .containsExactly("/ports/0/address");
    }

    @ParameterizedTest
    @CsvSource({"/srv:/data,/srv,/data,false", "/srv:/data:ro,/srv,/data,true", "name:/in:rw,name,/in,false"})
    void volumesAreTakenAsDockerWritesThem(String text, String source, String target, boolean readOnly) {
        assertThat(valid(with("'volumes':['" + text + "']")).volumes())
                .containsExactly(new VolumeMount(source, target, readOnly));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/data", "/a:/b:z", "/a:/b:ro:x", ":/b", "a/b:/c", "/a:b", "/a:/", "/a/../b:/c", "/a:/b/.."})
    void otherTextIsNoVolume(String text) {
        assertThat(errors(with("'volumes':['" + text + "']"))).singleElement().satisfies(error -> {
            assertThat(error.pointer()).isEqualTo("/volumes/0");
            assertThat(error.allowed()).contains("SOURCE:TARGET");
        });
    }

    @Test
    void pathsOfVolumesAreTheSameWhereTheyNameTheSamePlace() {
        assertThat(valid(with("'volumes':[{'source':'/srv//x/','target':'//data/./'}]"))
                        .volumes())
                .containsExactly(new VolumeMount("/srv/x", "/data", false));
        assertThat(errors(with("'volumes':['/a:/data','/b:/data/']")))
                .extracting(FieldError::pointer)
                .containsExactly("/volumes/1");
        assertThat(errors(with("'volumes':[{'source':'/a','target':'/data/../etc'}]")))
                .extracting(FieldError::pointer)
                .containsExactly("/volumes/0/target");
    }

    /** The body of the oldest client that there is, as it sends it. */
    @Test
    void whatOlderClientsLeaveEmptyIsAsIfAbsent() {
        String blanks = "'id':'','status':'','createdAt':'0001-01-01T00:00:00Z','network':'','restartPolicy':'',"
                + "'resources':{'cpu':0,'memory':0},'volumes':null,'ports':null";

        assertThat(valid(with(blanks))).isEqualTo(valid("{" + SEED + "}"));
        assertThat(errors(with("'id':'7','createdAt':'2026-01-02T03:04:05Z','status':'Running'")))
                .extracting(FieldError::pointer)
                .containsExactly("/id", "/createdAt", "/status");
    }

    /** As an old command line sends it, which fills a field of a kind of workload that there is not here. */
    @Test
    void ofTheOldestCommandLineOneFieldHasToBeLeftOut() {
        String body = "{'id':'','name':'web','type':'docker-container','image':'nginx','command':'sleep 600',"
                + "'gitBranch':'main','restartPolicy':'no','resources':{'cpu':0,'memory':0},'status':'',"
                + "'createdAt':'0001-01-01T00:00:00Z'}";

        assertThat(errors(body))
                .singleElement()
                .satisfies(error -> assertThat(error.pointer()).isEqualTo("/gitBranch"))
                .satisfies(error ->
                        assertThat(error.allowed()).endsWith("that /openapi.json describes, or to leave it out"));
        assertThat(valid(body.replace("'gitBranch':'main',", "")).command()).containsExactly("sleep", "600");
    }

    @Test
    void whereTheKnownFieldsAreIsToldOnceAndThatWhichIsMeantAlone() {
        List<FieldError> errors = errors(with("'zzz':1,'yyy':2,'env':{}"));

        assertThat(errors).hasSize(3);
        assertThat(errors)
                .filteredOn(error -> error.allowed().contains("/openapi.json"))
                .hasSize(1);
        assertThat(errors.get(2).allowed()).isEqualTo("envVars");
        assertThat(errors).allMatch(error -> error.allowed().length() < 80);
    }

    @Test
    void ofAnObjectWithFewFieldsAllAreNamed() {
        assertThat(errors(with("'resources':{'disk':1}")))
                .singleElement()
                .satisfies(error -> assertThat(error.allowed()).isEqualTo("one of cpu, memory, or to leave it out"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"export A", "A ", " A", "\uFEFFA", "A\u200b", "A\t", "A\u0007", "A\u00a0B"})
    void namesOfVariablesHoldNothingThatNobodySees(String name) {
        ObjectNode json = (ObjectNode) tree("{" + SEED + "}");
        json.putObject("envVars").put(name, "1");

        assertThat(WorkloadRequest.parse(json)).isInstanceOf(Parsed.Invalid.class);
    }

    private static String with(String fields) {
        return "{" + SEED + "," + fields + "}";
    }

    /** A replacement for {@link String#replaceFirst} that stands for itself. */
    private static String replacement(String text) {
        return java.util.regex.Matcher.quoteReplacement(text);
    }

    private static WorkloadSpec valid(String json) {
        return WorkloadRequest.parse(tree(json)).fold(spec -> spec, errors -> {
            throw new AssertionError(errors);
        });
    }

    private static List<FieldError> errors(String json) {
        return WorkloadRequest.parse(tree(json))
                .fold(
                        spec -> {
                            throw new AssertionError("accepted: " + spec);
                        },
                        errors -> errors);
    }

    private static JsonNode tree(String json) {
        RequestJson.Reading reading = RequestJson.read(json.replace('\'', '"')
                .replace("\"echo \"open\"", "\"echo \\\"open\"")
                .getBytes(StandardCharsets.UTF_8));
        if (reading instanceof RequestJson.Reading.Document document) {
            return document.json();
        }
        throw new AssertionError(reading);
    }
}
