package dev.persys.http;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.persys.trust.tls.CredentialsPaths;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Everything that can be set about a gateway; {@code reference.conf} has each default with its unit and why.
 *
 * @param api for people and programs, over TLS
 * @param plain the same in plain text, with health and metrics; on the loopback interface
 * @param tls what {@code api} shows; where there is none, it does not listen
 * @param identity the gateway's own, for schedulers; absent where none is named
 * @param schedulers host and port of the API of each, in the order in which they are asked
 * @param probe between two questions whether a scheduler can serve
 * @param answerTimeout for the head of a scheduler's answer
 * @param address of one address without a principal or with it
 * @param principal of one principal, wherever from
 * @param connections to one scheduler at once, for what is answered at once
 * @param streams to one scheduler at once, for what lasts
 * @param waiting requests for a connection to one scheduler
 */
public record GatewaySettings(
        HttpSettings.Listener api,
        HttpSettings.Listener plain,
        Optional<Certificate> tls,
        Optional<CredentialsPaths> identity,
        List<String> schedulers,
        Duration probe,
        Duration answerTimeout,
        Rate address,
        Rate principal,
        int connections,
        int streams,
        int waiting) {
    private static final Pattern HOST_AND_PORT =
            Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?):([1-9][0-9]{0,4})");

    /** Files of PEM. */
    public record Certificate(Path certificate, Path key) {}

    /**
     * How often one caller may ask.
     *
     * @param perSecond for as long as it likes
     * @param burst at once, before that holds
     * @param callers that are known at a time
     */
    public record Rate(int perSecond, int burst, int callers) {}

    public GatewaySettings {
        schedulers = List.copyOf(schedulers);
    }

    /** From the whole configuration of a process; fails with {@link ConfigException} that names the setting. */
    public static GatewaySettings of(Config root) {
        Config config = root.getConfig(HttpSettings.PATH);
        int callers = HttpSettings.positive(config, "gateway.rate.callers");
        return new GatewaySettings(
                HttpSettings.listener(config, "gateway.api"),
                HttpSettings.listener(config, "gateway.plain"),
                certificate(config),
                HttpSettings.tls(config, "gateway.identity"),
                schedulers(config),
                HttpSettings.longerThanZero(config, "gateway.probe"),
                HttpSettings.longerThanZero(config, "gateway.answer-timeout"),
                rate(config, "gateway.rate.address", callers),
                rate(config, "gateway.rate.principal", callers),
                HttpSettings.positive(config, "gateway.connections"),
                HttpSettings.positive(config, "gateway.streams"),
                HttpSettings.powerOfTwo(config, "gateway.waiting"));
    }

    private static Rate rate(Config config, String path, int callers) {
        return new Rate(
                HttpSettings.positive(config, path + ".per-second"),
                HttpSettings.positive(config, path + ".burst"),
                callers);
    }

    /** Both, or nothing. */
    private static Optional<Certificate> certificate(Config config) {
        String certificate = config.getString("gateway.tls.certificate");
        String key = config.getString("gateway.tls.key");
        if (certificate.isEmpty() && key.isEmpty()) {
            return Optional.empty();
        } else if (certificate.isEmpty() || key.isEmpty()) {
            throw new ConfigException.BadValue(
                    config.getValue("gateway.tls").origin(),
                    HttpSettings.PATH + ".gateway.tls." + (key.isEmpty() ? "key" : "certificate"),
                    "a file is needed where the other of certificate and key names one");
        }
        return Optional.of(new Certificate(Path.of(certificate), Path.of(key)));
    }

    private static List<String> schedulers(Config config) {
        List<String> all = config.getStringList("gateway.schedulers");
        for (String one : all) {
            if (!HOST_AND_PORT.matcher(one).matches()
                    || Integer.parseInt(one.substring(one.lastIndexOf(':') + 1)) > 65_535) {
                throw new ConfigException.BadValue(
                        config.origin(),
                        HttpSettings.PATH + ".gateway.schedulers",
                        "host:port of a scheduler's API is needed, such as s-1.example.org:8085: \"" + one + "\"");
            }
        }
        if (all.isEmpty()) {
            throw new ConfigException.BadValue(
                    config.origin(), HttpSettings.PATH + ".gateway.schedulers", "at least one scheduler is needed");
        }
        return all.stream().distinct().toList();
    }
}
