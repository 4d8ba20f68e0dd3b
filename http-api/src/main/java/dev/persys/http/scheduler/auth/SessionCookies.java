package dev.persys.http.scheduler.auth;

import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;
import dev.persys.http.token.BrowserCookies;
import java.time.Duration;

/** The cookies of a browser that is signed in. */
final class SessionCookies {
    private static final String STRICT = "; Secure; SameSite=Strict";

    private SessionCookies() {}

    /** With what a browser keeps: two that no page can read, and the one that a page of ours has to show. */
    static HttpResponse set(HttpResponse response, Issued issued, Duration accessLife, Duration sessionLife) {
        return with(
                response,
                BrowserCookies.ACCESS + "=" + issued.access() + "; Path=/; HttpOnly; Max-Age=" + accessLife.toSeconds()
                        + STRICT,
                BrowserCookies.REFRESH + "=" + issued.refresh().text() + "; Path=/; HttpOnly; Max-Age="
                        + sessionLife.toSeconds() + STRICT,
                BrowserCookies.CSRF + "=" + issued.csrf() + "; Path=/; Max-Age=" + sessionLife.toSeconds() + STRICT);
    }

    /** With all of them gone. */
    static HttpResponse clear(HttpResponse response) {
        return with(
                response,
                BrowserCookies.ACCESS + "=; Path=/; HttpOnly; Max-Age=0" + STRICT,
                BrowserCookies.REFRESH + "=; Path=/; HttpOnly; Max-Age=0" + STRICT,
                BrowserCookies.CSRF + "=; Path=/; Max-Age=0" + STRICT);
    }

    private static HttpResponse with(HttpResponse response, String... cookies) {
        HttpResponse all = response;
        for (String cookie : cookies) {
            all = all.addHeader(RawHeader.create("Set-Cookie", cookie));
        }
        return all;
    }
}
