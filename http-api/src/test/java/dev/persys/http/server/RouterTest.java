package dev.persys.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import akka.http.javadsl.model.HttpMethods;
import dev.persys.http.auth.Access.Role;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RouterTest {
    private final Endpoint list = Endpoint.get("/nodes", Role.VIEWER, Set.of(), call -> null);
    private final Endpoint node = Endpoint.get("/nodes/{node}", Role.VIEWER, Set.of(), call -> null);
    private final Endpoint special = Endpoint.get("/nodes/special", Role.VIEWER, Set.of(), call -> null);
    private final Endpoint drain = Endpoint.act("/nodes/{node}/drain", Role.OPERATOR, call -> null);
    private final Router router = new Router(List.of(node, list, drain, special));

    @ParameterizedTest
    @CsvSource({
        "/nodes, /nodes, ''",
        "/v1/nodes, /nodes, ''",
        "/nodes/a, /nodes/{node}, a",
        "/nodes/a%2Fb+c%20d, /nodes/{node}, a/b+c d",
        "/nodes/special, /nodes/special, ''",
        "/nodes/v1, /nodes/{node}, v1"
    })
    void aPathFindsItsEndpointAndItsVariable(String path, String template, String variable) {
        Router.Match.Found found = (Router.Match.Found) router.match(HttpMethods.GET, path);

        assertThat(found.endpoint().template()).isEqualTo(template);
        assertThat(found.variable()).isEqualTo(variable);
    }

    @ParameterizedTest
    @CsvSource({"/", "/nodes/", "/nodes//drain", "/nodes/a/b/c", "/v1/v1/nodes", "/nodes/%zz", "/Nodes"})
    void otherPathsLeadNowhere(String path) {
        assertThat(router.match(HttpMethods.GET, path)).isInstanceOf(Router.Match.Nowhere.class);
    }

    @Test
    void aPathKnowsItsMethods() {
        assertThat(router.match(HttpMethods.GET, "/nodes/a/drain"))
                .isEqualTo(new Router.Match.WrongMethod(List.of("POST")));
    }
}
