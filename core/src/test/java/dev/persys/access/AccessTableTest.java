package dev.persys.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.access.AccessTable.Match;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AccessTableTest {
    @Test
    void everyRouteIsFoundByItsPathWithAndWithoutVersion() {
        for (Route route : AccessTable.ROUTES) {
            String path = route.template().replaceAll("\\{[^}]*}", "web-1");
            assertThat(AccessTable.match(route.method(), path)).isEqualTo(new Match.Found(route));
            assertThat(AccessTable.match(route.method(), "/v1" + path)).isEqualTo(new Match.Found(route));
        }
    }

    @Test
    void signInIsForWhoIsNotKnownAndWhatIsForGatewaysForNobodyElse() {
        for (AccessTable.Unnamed route : AccessTable.SIGN_IN) {
            assertThat(AccessTable.match(route.method(), "/v1" + route.template()))
                    .isEqualTo(new Match.SignIn(route));
            assertThat(AccessTable.match("DELETE", route.template()))
                    .isEqualTo(new Match.WrongMethod(List.of(route.method())));
        }
        for (AccessTable.Unnamed route : AccessTable.GATEWAY) {
            assertThat(AccessTable.match(route.method(), route.template())).isEqualTo(new Match.Unknown());
        }
    }

    @Test
    void noRouteIsThereTwice() {
        assertThat(AccessTable.ROUTES.stream().map(Route::toString)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "//",
                "workloads",
                "/workloads/",
                "//workloads",
                "/workloads//logs",
                "/workloads/..",
                "/workloads/../audit",
                "/workloads/.",
                "/workloads/%2e%2e",
                "/workloads/web%2flogs",
                "/workloads/web%252flogs",
                "/workloads/%77eb",
                "/%77orkloads",
                "/workloads/web;x=1",
                "/workloads/web\\logs",
                "/workloads/web\u0000",
                "/workloads/web logs",
                "/Workloads",
                "/v1/v1/workloads",
                "/v2/workloads",
                "/v1",
                "/nodes/register/x",
                "/metrics",
                "/healthz",
                "/docker/list",
                "*"
            })
    void whatHasTwoReadingsOrIsNotThereIsUnknown(String path) {
        assertThat(AccessTable.match("GET", path)).isEqualTo(new Match.Unknown());
    }

    @ParameterizedTest
    @ValueSource(strings = {"PATCH", "get", "TRACE", "CONNECT", "POST", "OPTIONS", "HEAD"})
    void otherMethodsOfAPathAreNamed(String method) {
        assertThat(AccessTable.match(method, "/workloads")).isEqualTo(new Match.WrongMethod(List.of("GET")));
    }

    @ParameterizedTest
    @EnumSource
    void roleIncludesThoseBelowIt(Role role) {
        for (Role least : Role.values()) {
            assertThat(role.includes(least)).isEqualTo(role.compareTo(least) >= 0);
        }
        assertThat(Role.of(role.word())).contains(role);
    }

    @Test
    void principalIsReadFromWhatIsWrittenOfIt() {
        Principal ci = new Principal(Principal.Kind.TOKEN, "ci", Role.OPERATOR, "ab12");
        assertThat(ci.text()).isEqualTo("token:ci");
        assertThat(ci.credentialText()).isEqualTo("api-token/ab12");
        assertThat(Principal.parse(ci.text(), ci.credentialText(), ci.role().word()))
                .contains(ci);
    }

    @Test
    void principalThatContradictsItselfIsNone() {
        assertThat(Principal.parse("token:ci", "session/ab12", "admin")).isEqualTo(Optional.empty());
        assertThat(Principal.parse("token:", "api-token/ab12", "admin")).isEqualTo(Optional.empty());
        assertThat(Principal.parse("token:ci", "api-token/", "admin")).isEqualTo(Optional.empty());
        assertThat(Principal.parse("token:ci", "api-token/../x", "admin")).isEqualTo(Optional.empty());
        assertThat(Principal.parse("token:ci", "api-token/ab12", "root")).isEqualTo(Optional.empty());
        assertThat(Principal.parse("ci", "api-token/ab12", "admin")).isEqualTo(Optional.empty());
        assertThat(Principal.parse("operator:ci", "api-token/ab12", "admin")).isEqualTo(Optional.empty());
    }
}
