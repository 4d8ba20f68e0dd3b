package dev.persys.http.client;

import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpMethod;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.headers.Authorization;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.persys.api.Json;
import dev.persys.http.Secret;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Builds requests that show the shared secret. */
final class Requests {
    private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]{1,256}");

    private final Optional<Secret> secret;

    Requests(Optional<Secret> secret) {
        this.secret = secret;
    }

    HttpRequest json(String uri, Object body) {
        try {
            return authorized(HttpRequest.POST(uri))
                    .withEntity(
                            HttpEntities.create(ContentTypes.APPLICATION_JSON, Json.MAPPER.writeValueAsBytes(body)));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("cannot write " + body.getClass().getSimpleName() + " as JSON", e);
        }
    }

    HttpRequest plain(HttpMethod method, String uri) {
        return authorized(HttpRequest.create(uri).withMethod(method));
    }

    /** Host and port as a URI takes them: an IPv6 address goes in brackets. */
    static String authority(String host, int port) {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    static boolean isHeaderValue(String text) {
        return VISIBLE.matcher(text).matches();
    }

    private HttpRequest authorized(HttpRequest request) {
        return secret.map(shared -> request.addHeader(Authorization.oauth2(shared.value())))
                .orElse(request);
    }
}
