package dev.persys.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.model.NodeId;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NodeRequestTest {
    @Test
    void seedFieldsAloneRegisterANode() {
        RegisterRequest request = NodeRequest.register(
                        tree("{'nodeId':'node-1','ipAddress':'192.168.1.10','hostname':'worker-1','status':'active'}"))
                .fold(read -> read, errors -> {
                    throw new AssertionError(errors);
                });

        assertThat(request.nodeId()).isEqualTo(NodeId.of("node-1"));
        assertThat(request.agentPort()).isEmpty();
        assertThat(request.labels()).isEmpty();
    }

    @Test
    void everyFactOfANodeIsRead() {
        RegisterRequest request = NodeRequest.register(
                        tree("{'nodeId':'n','ipAddress':'fe80::1','hostname':'h','status':'active','agentPort':9000,"
                                + "'totalCpu':4.0005,'totalMemory':8192,'labels':{'disk':'ssd'},'os':'o','kernel':'k',"
                                + "'architecture':'a','dockerVersion':'d','agentVersion':'v'}"))
                .fold(read -> read, errors -> {
                    throw new AssertionError(errors);
                });

        assertThat(request.agentPort()).contains(9000);
        assertThat(request.totalCpu()).contains(new BigDecimal("4.001"));
        assertThat(request.totalMemory()).contains(8192L);
        assertThat(request.labels()).contains(Map.of("disk", "ssd"));
        assertThat(Json.read(Json.write(request), RegisterRequest.class)).isEqualTo(request);
    }

    @Test
    void seedHeartbeatIsRead() {
        Heartbeat beat = NodeRequest.heartbeat(
                        tree("{'nodeId':'node-1','status':'active','availableCpu':2.5,'availableMemory':8192}"))
                .fold(read -> read, errors -> {
                    throw new AssertionError(errors);
                });

        assertThat(beat).isEqualTo(new Heartbeat(NodeId.of("node-1"), "active", new BigDecimal("2.5"), 8192));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'nodeId':'Node 1'                 | /nodeId",
                "'nodeId':null                     | /nodeId",
                "'ipAddress':'localhost'           | /ipAddress",
                "'ipAddress':'256.1.1.1'           | /ipAddress",
                "'ipAddress':'1.2'                 | /ipAddress",
                "'ipAddress':':::'                 | /ipAddress",
                "'hostname':''                     | /hostname",
                "'status':7                        | /status",
                "'agentPort':0                     | /agentPort",
                "'agentPort':'8086'                | /agentPort",
                "'totalCpu':-1                     | /totalCpu",
                "'totalCpu':1e999999999            | /totalCpu",
                "'totalMemory':'much'              | /totalMemory",
                "'labels':{'a b':'x'}              | /labels/a b",
                "'os':7                            | /os"
            })
    void eachBadFieldOfARegistrationIsNamed(String field, String pointer) {
        String good = "{'nodeId':'n','ipAddress':'::1','hostname':'h','status':'active'}";
        String name = field.substring(0, field.indexOf(':'));
        String json = good.contains(name)
                ? good.replaceFirst(name + ":'[^']*'", field)
                : good.replace("}", "," + field + "}");

        assertThat(pointers(NodeRequest.register(tree(json)))).containsExactly(pointer);
    }

    @Test
    void everyMissingFieldOfAHeartbeatIsNamed() {
        assertThat(pointers(NodeRequest.heartbeat(tree("{}"))))
                .containsExactly("/nodeId", "/status", "/availableCpu", "/availableMemory");
        assertThat(pointers(NodeRequest.heartbeat(
                        tree("{'nodeId':'n','status':'s','availableCpu':'a','availableMemory':-1,'x':1}"))))
                .containsExactly("/availableCpu", "/availableMemory");
        assertThat(pointers(NodeRequest.heartbeat(tree("[]")))).containsExactly("");
    }

    /** As the agent of another version says it: it joins, and is told what was not understood. */
    @Test
    void whatIsNotKnownOfARegistrationIsIgnoredAndNamed() {
        JsonNode json = tree("{'nodeId':'n','ipAddress':'::1','hostname':'h','status':'active','username':'root',"
                + "'hypervisor':{'type':'kvm'},'labels':{'a':'b'}}");

        assertThat(NodeRequest.register(json)).isInstanceOf(Parsed.Valid.class);
        assertThat(NodeRequest.registerWarnings(json))
                .containsExactly(
                        "/username is not known here and is ignored", "/hypervisor is not known here and is ignored");
        assertThat(NodeRequest.registerWarnings(tree("{'nodeId':'n'}"))).isEmpty();
        assertThat(NodeRequest.heartbeat(
                        tree("{'nodeId':'n','status':'s','availableCpu':1,'availableMemory':1,'usage':{}}")))
                .isInstanceOf(Parsed.Valid.class);
    }

    @Test
    void warningsHaveABound() {
        StringBuilder fields = new StringBuilder("{'nodeId':'n'");
        for (int i = 0; i < 50; i++) {
            fields.append(",'x").append(i).append("':1");
        }

        assertThat(NodeRequest.registerWarnings(tree(fields.append('}').toString())))
                .hasSize(21)
                .endsWith("30 more fields are not known here and are ignored");
    }

    private static List<String> pointers(Parsed<?> parsed) {
        return parsed.<List<String>>fold(
                value -> {
                    throw new AssertionError("accepted: " + value);
                },
                errors -> errors.stream().map(FieldError::pointer).toList());
    }

    private static JsonNode tree(String json) {
        return ((RequestJson.Reading.Document)
                        RequestJson.read(json.replace('\'', '"').getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .json();
    }
}
